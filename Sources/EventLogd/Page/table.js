// A table that says how it is sorted and can be sorted by the keyboard.

import { h } from "./dom.js";

/**
 * @param columns `[{key, label, numeric, sortable, cell(row)}]`; the first one names the row.
 * @param sort `{key, order}`; `onSort(key, order)` is asked for another one.
 */
export function table({ caption, columns, rows, sort, onSort }) {
  const heading = (column) => {
    const isSorted = sort?.key === column.key;
    const attributes = {
      scope: "col",
      class: column.numeric && "number",
      "aria-sort": isSorted ? (sort.order === "asc" ? "ascending" : "descending") : null,
    };
    if (!column.sortable || !onSort) return h("th", attributes, column.label);
    const next = isSorted && sort.order === "desc" ? "asc" : isSorted ? "desc" : column.numeric ? "desc" : "asc";
    return h("th", attributes, h("button", {
      type: "button",
      class: "sort",
      "data-sort": column.key,
      click: () => onSort(column.key, next),
    },
      column.label, h("span", { class: "arrow", "aria-hidden": "true" },
        isSorted ? (sort.order === "asc" ? "↑" : "↓") : "",
      )));
  };
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: columns.length > 6 && "wide-table" }, h("caption", { class: "hidden" }, caption),
      h("thead", {}, h("tr", {}, columns.map(heading))),
      h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column, n) =>
        n === 0 ? h("th", { scope: "row" }, column.cell(row)) : h("td", { class: column.numeric && "number" },
          column.cell(row),
        )))))));
}
