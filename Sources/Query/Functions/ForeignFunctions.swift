/// What people write who come from other dialects, and what it is called here.
///
/// For error messages only: none of these can be called.
enum ForeignFunctions {
    static func hint(for name: String) -> String? { hints[name.lowercased()] }

    private static let now = "write now(), or date_trunc('day', now()) for its day"
    private static let interval = "write timestamp + INTERVAL 1 DAY"
    private static let difference = "write date_diff('day', from, to)"
    private static let format = "write format_timestamp('%Y-%m-%d', timestamp)"
    private static let list = "there are no lists; string_agg(x, ',') joins texts, "
    private static let json = "write json_value(text, '$.name')"

    private static let hints: [String: String] = [
        "percentile": "write percentile_cont(0.5) WITHIN GROUP (ORDER BY x), or median(x)",
        "percentile_approx": "write approx_percentile(x, 0.5)",
        "approx_quantile": "write approx_percentile(x, 0.5)",
        "nvl": "write coalesce(a, b)", "isnull": "write x IS NULL, or coalesce(a, b)",
        "array_agg": list + "approx_top_k(x, 5) counts the most frequent",
        "collect_list": list + "approx_top_k(x, 5) counts the most frequent",
        "grouparray": list + "approx_top_k(x, 5) counts the most frequent",
        "group_concat": "write string_agg(x, ',')",
        "date_add": interval, "dateadd": interval, "adddate": interval,
        "timestampadd": interval, "timestamp_add": interval,
        "date_sub": "write timestamp - INTERVAL 1 DAY",
        "timestamp_sub": "write timestamp - INTERVAL 1 DAY",
        "datediff": difference, "timestampdiff": difference, "timestamp_diff": difference,
        "timestamp_trunc": "write date_trunc('day', timestamp)",
        "len": "write length(text)", "charindex": "write instr(text, part)",
        "getdate": now, "sysdate": now, "curdate": now, "today": now, "current_date": now,
        "strftime": format, "date_format": format, "formatdatetime": format, "to_char": format,
        "format_date": format, "format_datetime": format,
        "str_to_date": "write CAST(text AS TIMESTAMP)",
        "to_timestamp": "write CAST(text AS TIMESTAMP), or timestamp_seconds(n)",
        "to_date": "write CAST(text AS TIMESTAMP)",
        "safe_divide": "write ratio(a, b)", "sumif": "write sum(x) FILTER (WHERE condition)",
        "avgif": "write avg(x) FILTER (WHERE condition)",
        "json_extract_scalar": json, "json_extract": json, "jsonextractstring": json,
    ]
}
