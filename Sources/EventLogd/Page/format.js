// Numbers and times as people read them. Null is a figure that does not exist (0 / 0), never zero.

const NONE = "–";
const exists = (value) => typeof value === "number" && Number.isFinite(value);

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const fixed = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const decimal = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

export const count = (value) => (exists(value) ? whole.format(value) : NONE);
export const number = (value) => (exists(value) ? decimal.format(value) : NONE);
/** 1,234 as 1.23K; small numbers as they are. */
export const compact = (value) =>
  !exists(value) ? NONE : Math.abs(value) < 1000 ? decimal.format(value) : short.format(value);

export const percent = (value) =>
  exists(value) ? `${(Math.abs(value) < 0.1 ? decimal : tenths).format(value * 100)}\u202f%` : NONE;

/** As `percent`, with as many digits in each row of a column. */
export const rate = (value) => (exists(value) ? `${fixed.format(value * 100)}\u202f%` : NONE);

/** Milliseconds. */
export const milliseconds = (value) => (exists(value) ? `${whole.format(value)}\u202fms` : NONE);

/** Seconds as the two largest units. */
export function duration(value) {
  if (!exists(value)) return NONE;
  if (value < 60) return `${tenths.format(value)}\u202fs`;
  const units = [["y", 31536000], ["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const first = units.findIndex(([, size]) => value >= size);
  const [name, size] = units[first];
  const [small, smallSize] = units[first + 1];
  const rest = Math.floor((value % size) / smallSize);
  return `${whole.format(Math.floor(value / size))}\u202f${name}` + (rest ? ` ${rest}\u202f${small}` : "");
}

/** How a relative change is written, with an arrow, so that colour is not needed. */
export function change(value) {
  if (!exists(value)) return NONE;
  const rounded = Math.round(value * 1000) / 10;
  if (rounded === 0) return "±0\u202f%";
  const text = Math.abs(rounded) >= 1000 ? short.format(Math.abs(rounded)) : decimal.format(Math.abs(rounded));
  return `${rounded > 0 ? "▲" : "▼"}\u202f${text}\u202f%`;
}

const forms = {
  week: { month: "short", day: "numeric", year: "numeric" },
  day: { weekday: "short", month: "short", day: "numeric" },
  hour: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  minute: { hour: "2-digit", minute: "2-digit" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  tick: { month: "short", day: "numeric" },
};
// Making one takes far longer than using it, and a chart has thousands of labels.
const made = new Map();

/** A moment in `zone`, as exact as buckets of `granularity` need it. */
export function moment(value, zone, granularity) {
  const key = `${granularity} ${zone}`;
  if (!made.has(key)) {
    made.set(key, new Intl.DateTimeFormat("en", { ...forms[granularity], hourCycle: "h23", timeZone: zone }));
  }
  return made.get(key).format(new Date(value));
}

/** What is known of each figure: its name, how it is written, and whether more of it is better. */
export const figures = {
  views: { label: "Views", format: count, tile: compact, good: 1 },
  impressions: { label: "Impressions", format: count, tile: compact, good: 1 },
  plays: { label: "Plays", format: count, tile: compact, good: 1 },
  uniqueViewers: { label: "Unique viewers", short: "Viewers", format: count, tile: compact, good: 1 },
  completions: { label: "Completions", format: count, tile: compact, good: 1 },
  completedViews: { label: "Completed views", format: count, tile: compact, good: 1 },
  totalWatchTime: { label: "Watch time", format: duration, good: 1 },
  avgWatchTime: { label: "Watch time per view", short: "Per view", format: duration, good: 1 },
  avgWatchTimePerCompletion: { label: "Watch time per completion", format: duration, good: 1 },
  completionRate: { label: "Completion rate", short: "Completed", format: percent, cell: rate, good: 1 },
  engagementRate: { label: "Engagement rate", short: "Engaged", format: percent, cell: rate, good: 1 },
  likes: { label: "Likes", format: count, tile: compact, good: 1 },
  shares: { label: "Shares", format: count, tile: compact, good: 1 },
  saves: { label: "Saves", format: count, tile: compact, good: 1 },
  likeRate: { label: "Like rate", format: percent, cell: rate, good: 1 },
  shareRate: { label: "Share rate", format: percent, cell: rate, good: 1 },
  saveRate: { label: "Save rate", format: percent, cell: rate, good: 1 },
  swipes: { label: "Swipes", format: count, tile: compact, good: 0 },
  swipeVelocity: { label: "Quick swipes", format: percent, cell: rate, good: -1 },
  avgSwipeTime: { label: "Watched before a swipe", format: duration, good: 1 },
  sessions: { label: "Sessions", format: count, tile: compact, good: 1 },
  feedDepth: { label: "Contents per session", format: number, good: 1 },
  avgSessionDuration: { label: "Session length", format: duration, good: 1 },
  rebuffers: { label: "Rebuffers", format: count, tile: compact, good: -1 },
  rebufferRate: { label: "Rebuffer rate", short: "Rebuffered", format: percent, cell: rate, good: -1 },
  avgRebufferDuration: { label: "Rebuffer length", format: milliseconds, good: -1 },
  errors: { label: "Errors", format: count, tile: compact, good: -1 },
  errorRate: { label: "Error rate", format: percent, cell: rate, good: -1 },
  startupP50: { label: "Startup, median", format: milliseconds, good: -1 },
  startupP95: { label: "Startup, 95th percentile", format: milliseconds, good: -1 },
};
