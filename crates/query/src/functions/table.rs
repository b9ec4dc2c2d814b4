//! The table of functions: what each is called, takes, means, and who does it. The reference is
//! made of it.

/// A function of Lake's SQL.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) group: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) meaning: &'static str,
    /// A call that the reference shows, and that a test runs.
    pub(crate) example: &'static str,
    pub(crate) how: How,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// A function of ours by the same name.
    Own,
    /// The engine, under this name.
    Engine(&'static str),
    /// The engine, under this name; so many of the first arguments are arrays.
    Lists(&'static str, usize),
    /// The engine's aggregate of this name.
    Aggregate(&'static str),
    /// The engine's window function of this name.
    Window(&'static str),
    /// It is written in terms of others.
    Written,
    /// Nobody, for this reason.
    Refused(&'static str),
}

/// The groups in the order of the reference.
pub(crate) const GROUPS: [&str; 11] = [
    "Aggregates",
    "Windows",
    "JSON",
    "Maps",
    "Arrays",
    "Text",
    "Patterns",
    "Time",
    "Numbers",
    "Addresses",
    "Choice",
];

const fn entry(
    group: &'static str,
    name: &'static str,
    how: How,
    signature: &'static str,
    meaning: &'static str,
    example: &'static str,
) -> Entry {
    Entry { name, group, signature, meaning, example, how }
}

const fn refused(group: &'static str, name: &'static str, why: &'static str) -> Entry {
    entry(group, name, How::Refused(why), "", "", "")
}

use How::{Aggregate, Engine, Lists, Own, Window, Written};

const AGG: &str = "Aggregates";
const WIN: &str = "Windows";
const JSN: &str = "JSON";
const MAP: &str = "Maps";
const ARR: &str = "Arrays";
const TXT: &str = "Text";
const PAT: &str = "Patterns";
const TIM: &str = "Time";
const NUM: &str = "Numbers";
const NET: &str = "Addresses";
const CHO: &str = "Choice";

const WHOLE_STATE: &str = "its state is a type that results cannot hold";
const MAPS_ARE_JSON: &str = "maps are JSON here; use UNNEST (map) AS t (k, v)";
const ZONES: &str = "all times are UTC";

/// All functions, known and refused by name.
#[rustfmt::skip]
pub(crate) static TABLE: &[Entry] = &[
    entry(AGG, "count", Aggregate("count"), "count(*), count(x)", "rows; rows where x is not NULL", "count(*)"),
    entry(AGG, "count_if", Written, "count_if(condition)", "rows where the condition holds", "count_if(errorCode IS NOT NULL)"),
    entry(AGG, "sum", Aggregate("sum"), "sum(x)", "the sum", "sum(length(eventName))"),
    entry(AGG, "avg", Aggregate("avg"), "avg(x)", "the mean", "avg(length(eventName))"),
    entry(AGG, "min", Aggregate("min"), "min(x)", "the least", "min(eventTime)"),
    entry(AGG, "max", Aggregate("max"), "max(x)", "the greatest", "max(eventTime)"),
    entry(AGG, "min_by", Written, "min_by(x, y)", "x of a row with the least y", "min_by(eventName, eventTime)"),
    entry(AGG, "max_by", Written, "max_by(x, y)", "x of a row with the greatest y", "max_by(eventName, eventTime)"),
    entry(AGG, "arbitrary", Written, "arbitrary(x)", "any x that is not NULL", "arbitrary(awsRegion)"),
    entry(AGG, "any_value", Written, "any_value(x)", "any x that is not NULL", "any_value(awsRegion)"),
    entry(AGG, "approx_distinct", Written, "approx_distinct(x)", "how many different x, within about 2 %", "approx_distinct(sourceIPAddress)"),
    entry(AGG, "approx_percentile", Written, "approx_percentile(x, p)", "the value below which the share p of x lies; p may be an array", "approx_percentile(length(eventName), 0.9)"),
    entry(AGG, "array_agg", Aggregate("array_agg"), "array_agg(x [ORDER BY y])", "all x as an array", "array_agg(eventName ORDER BY eventName)"),
    entry(AGG, "listagg", Written, "listagg(x, separator) WITHIN GROUP (ORDER BY y)", "all x as one text", "listagg(eventName, ', ') WITHIN GROUP (ORDER BY eventName)"),
    entry(AGG, "string_agg", Aggregate("string_agg"), "string_agg(x, separator [ORDER BY y])", "all x as one text", "string_agg(eventName, ', ' ORDER BY eventName)"),
    entry(AGG, "bool_and", Aggregate("bool_and"), "bool_and(x)", "whether x holds in every row", "bool_and(readOnly)"),
    entry(AGG, "bool_or", Aggregate("bool_or"), "bool_or(x)", "whether x holds in any row", "bool_or(readOnly)"),
    entry(AGG, "every", Aggregate("bool_and"), "every(x)", "whether x holds in every row", "every(readOnly)"),
    entry(AGG, "bitwise_and_agg", Aggregate("bit_and"), "bitwise_and_agg(x)", "the bits set in every x", "bitwise_and_agg(length(eventName))"),
    entry(AGG, "bitwise_or_agg", Aggregate("bit_or"), "bitwise_or_agg(x)", "the bits set in any x", "bitwise_or_agg(length(eventName))"),
    entry(AGG, "stddev", Aggregate("stddev"), "stddev(x)", "the standard deviation of a sample", "stddev(length(eventName))"),
    entry(AGG, "stddev_samp", Aggregate("stddev"), "stddev_samp(x)", "the standard deviation of a sample", "stddev_samp(length(eventName))"),
    entry(AGG, "stddev_pop", Aggregate("stddev_pop"), "stddev_pop(x)", "the standard deviation", "stddev_pop(length(eventName))"),
    entry(AGG, "variance", Aggregate("var"), "variance(x)", "the variance of a sample", "variance(length(eventName))"),
    entry(AGG, "var_samp", Aggregate("var"), "var_samp(x)", "the variance of a sample", "var_samp(length(eventName))"),
    entry(AGG, "var_pop", Aggregate("var_pop"), "var_pop(x)", "the variance", "var_pop(length(eventName))"),
    entry(AGG, "corr", Aggregate("corr"), "corr(y, x)", "the correlation", "corr(length(eventName), length(eventSource))"),
    entry(AGG, "covar_pop", Aggregate("covar_pop"), "covar_pop(y, x)", "the covariance", "covar_pop(length(eventName), length(eventSource))"),
    entry(AGG, "covar_samp", Aggregate("covar_samp"), "covar_samp(y, x)", "the covariance of a sample", "covar_samp(length(eventName), length(eventSource))"),
    entry(AGG, "regr_slope", Aggregate("regr_slope"), "regr_slope(y, x)", "the slope of the regression line", "regr_slope(length(eventName), length(eventSource))"),
    entry(AGG, "regr_intercept", Aggregate("regr_intercept"), "regr_intercept(y, x)", "where the regression line begins", "regr_intercept(length(eventName), length(eventSource))"),
    entry(AGG, "grouping", Aggregate("grouping"), "grouping(x)", "1 in rows that ROLLUP or CUBE made without x", ""),
    refused(AGG, "map_agg", MAPS_ARE_JSON), refused(AGG, "multimap_agg", MAPS_ARE_JSON),
    refused(AGG, "map_union", MAPS_ARE_JSON), refused(AGG, "histogram", "use GROUP BY and count(*)"),
    refused(AGG, "numeric_histogram", "use GROUP BY and count(*)"),
    refused(AGG, "approx_most_frequent", "use GROUP BY, ORDER BY count(*) DESC and LIMIT"),
    refused(AGG, "approx_set", WHOLE_STATE), refused(AGG, "merge", WHOLE_STATE),
    refused(AGG, "qdigest_agg", WHOLE_STATE), refused(AGG, "tdigest_agg", WHOLE_STATE),
    refused(AGG, "reduce_agg", "no aggregate takes a lambda"), refused(AGG, "checksum", "results are text"),
    refused(AGG, "geometric_mean", "use exp(avg(ln(x)))"), refused(AGG, "set_agg", "use array_agg(DISTINCT x)"),

    entry(WIN, "row_number", Window("row_number"), "row_number() OVER (…)", "the row's number", "row_number() OVER (ORDER BY eventTime)"),
    entry(WIN, "rank", Window("rank"), "rank() OVER (…)", "the rank, with gaps behind equals", "rank() OVER (ORDER BY eventName)"),
    entry(WIN, "dense_rank", Window("dense_rank"), "dense_rank() OVER (…)", "the rank without gaps", "dense_rank() OVER (ORDER BY eventName)"),
    entry(WIN, "percent_rank", Window("percent_rank"), "percent_rank() OVER (…)", "the rank as a share", "percent_rank() OVER (ORDER BY eventName)"),
    entry(WIN, "cume_dist", Window("cume_dist"), "cume_dist() OVER (…)", "the share of rows up to this one", "cume_dist() OVER (ORDER BY eventName)"),
    entry(WIN, "ntile", Window("ntile"), "ntile(n) OVER (…)", "which of n equal buckets", "ntile(2) OVER (ORDER BY eventTime)"),
    entry(WIN, "lag", Window("lag"), "lag(x [, n [, default]]) OVER (…)", "x of the row n before", "lag(eventTime) OVER (ORDER BY eventTime)"),
    entry(WIN, "lead", Window("lead"), "lead(x [, n [, default]]) OVER (…)", "x of the row n behind", "lead(eventTime) OVER (ORDER BY eventTime)"),
    entry(WIN, "first_value", Window("first_value"), "first_value(x) OVER (…)", "x of the frame's first row", "first_value(eventName) OVER (ORDER BY eventTime)"),
    entry(WIN, "last_value", Window("last_value"), "last_value(x) OVER (…)", "x of the frame's last row", "last_value(eventName) OVER (ORDER BY eventTime)"),
    entry(WIN, "nth_value", Window("nth_value"), "nth_value(x, n) OVER (…)", "x of the frame's n-th row", "nth_value(eventName, 2) OVER (ORDER BY eventTime)"),

    entry(JSN, "json_extract", Own, "json_extract(json, path)", "what lies at the path, as JSON; NULL where nothing does", "json_extract(eventJson, '$.userIdentity')"),
    entry(JSN, "json_extract_scalar", Own, "json_extract_scalar(json, path)", "the text, number or boolean at the path", "json_extract_scalar(eventJson, '$.userIdentity.type')"),
    entry(JSN, "json_value", Written, "json_value(json, path)", "the same; the path may begin with lax or strict", "json_value(eventJson, 'lax $.eventName')"),
    entry(JSN, "json_query", Written, "json_query(json, path)", "json_extract; the path may begin with lax or strict", "json_query(eventJson, 'lax $.userIdentity')"),
    entry(JSN, "json_exists", Own, "json_exists(json, path)", "whether something lies at the path", "json_exists(eventJson, '$.errorCode')"),
    entry(JSN, "json_array_length", Own, "json_array_length(json)", "how many elements", "json_array_length('[1, 2]')"),
    entry(JSN, "json_array_get", Own, "json_array_get(json, n)", "the element n, counted from 0", "json_array_get('[1, 2]', 0)"),
    entry(JSN, "json_array_contains", Own, "json_array_contains(json, text)", "whether an element is this", "json_array_contains('[\"a\"]', 'a')"),
    entry(JSN, "json_size", Own, "json_size(json, path)", "how many members or elements lie at the path", "json_size(eventJson, '$.userIdentity')"),
    entry(JSN, "json_parse", Own, "json_parse(text)", "text as JSON", "json_parse('{\"a\": 1}')"),
    entry(JSN, "json_format", Own, "json_format(json)", "JSON as text", "json_format(json_parse('{\"a\": 1}'))"),
    entry(JSN, "is_json_scalar", Own, "is_json_scalar(json)", "whether it is neither object nor array", "is_json_scalar('1')"),
    refused(JSN, "json_object", "use map (…) or concat"), refused(JSN, "json_array", "use ARRAY […]"),

    entry(MAP, "element_at", Written, "element_at(map, key), element_at(array, n)", "the value of a key, the n-th element (negative: from the end); NULL where there is none", "element_at(requestParameters, 'bucketName')"),
    entry(MAP, "map_keys", Own, "map_keys(map)", "the keys", "map_keys(requestParameters)"),
    entry(MAP, "map_values", Own, "map_values(map)", "the values", "map_values(requestParameters)"),
    entry(MAP, "map", Own, "map(keys, values)", "a map of two arrays", "map(ARRAY['a'], ARRAY['b'])"),
    refused(MAP, "map_entries", MAPS_ARE_JSON), refused(MAP, "map_from_entries", MAPS_ARE_JSON), refused(MAP, "map_concat", MAPS_ARE_JSON),
    refused(MAP, "map_filter", MAPS_ARE_JSON), refused(MAP, "map_zip_with", MAPS_ARE_JSON), refused(MAP, "transform_keys", MAPS_ARE_JSON),
    refused(MAP, "transform_values", MAPS_ARE_JSON), refused(MAP, "split_to_map", MAPS_ARE_JSON),

    entry(ARR, "transform", Written, "transform(array, x -> y)", "each element made anew", "transform(resources, r -> r.ARN)"),
    entry(ARR, "filter", Written, "filter(array, x -> condition)", "the elements for which it holds", "filter(split('a,bb', ','), x -> length(x) > 1)"),
    entry(ARR, "any_match", Written, "any_match(array, x -> condition)", "whether it holds for any", "any_match(resources, r -> r.type = 'AWS::S3::Bucket')"),
    entry(ARR, "all_match", Written, "all_match(array, x -> condition)", "whether it holds for all", "all_match(ARRAY[1, 2], x -> x > 0)"),
    entry(ARR, "none_match", Written, "none_match(array, x -> condition)", "whether it holds for none", "none_match(ARRAY[1, 2], x -> x > 2)"),
    entry(ARR, "cardinality", Own, "cardinality(array), cardinality(map)", "how many elements or entries", "cardinality(resources)"),
    entry(ARR, "contains", Written, "contains(array, x), contains(network, address)", "whether x is an element; whether the address lies in '10.0.0.0/8'", "contains('10.0.0.0/8', sourceIPAddress)"),
    entry(ARR, "array_join", Written, "array_join(array, separator [, null])", "the elements as one text", "array_join(ARRAY['a', 'b'], '-')"),
    entry(ARR, "array_distinct", Lists("array_distinct", 1), "array_distinct(array)", "each element once", "array_distinct(ARRAY[1, 1, 2])"),
    entry(ARR, "array_sort", Lists("array_sort", 1), "array_sort(array)", "the elements in order", "array_sort(ARRAY[2, 1])"),
    entry(ARR, "array_max", Lists("array_max", 1), "array_max(array)", "the greatest element", "array_max(ARRAY[2, 1])"),
    entry(ARR, "array_min", Lists("array_min", 1), "array_min(array)", "the least element", "array_min(ARRAY[2, 1])"),
    entry(ARR, "array_position", Lists("array_position", 1), "array_position(array, x)", "where x stands first, from 1", "array_position(ARRAY['a', 'b'], 'b')"),
    entry(ARR, "array_remove", Lists("array_remove_all", 1), "array_remove(array, x)", "the array without x", "array_remove(ARRAY[1, 2, 1], 1)"),
    entry(ARR, "array_union", Lists("array_union", 2), "array_union(a, b)", "what is in either, once", "array_union(ARRAY[1], ARRAY[2])"),
    entry(ARR, "array_intersect", Lists("array_intersect", 2), "array_intersect(a, b)", "what is in both, once", "array_intersect(ARRAY[1, 2], ARRAY[2])"),
    entry(ARR, "array_except", Lists("array_except", 2), "array_except(a, b)", "what is in a only, once", "array_except(ARRAY[1, 2], ARRAY[2])"),
    entry(ARR, "arrays_overlap", Lists("array_has_any", 2), "arrays_overlap(a, b)", "whether an element is in both", "arrays_overlap(ARRAY[1, 2], ARRAY[2])"),
    entry(ARR, "slice", Written, "slice(array, start, length)", "a part, from 1", "slice(ARRAY[1, 2, 3], 2, 2)"),
    entry(ARR, "flatten", Lists("flatten", 1), "flatten(arrays)", "an array of arrays as one", "flatten(ARRAY[ARRAY[1], ARRAY[2]])"),
    entry(ARR, "sequence", Own, "sequence(from, to [, step])", "the numbers between, 10,000 at most", "sequence(1, 3)"),
    refused(ARR, "reduce", "no fold is carried through the engine; use UNNEST and an aggregate"),
    refused(ARR, "zip", "arrays of rows cannot be made; UNNEST (a, b) pairs them"),
    refused(ARR, "zip_with", "a lambda takes one argument; UNNEST (a, b) pairs them"),
    refused(ARR, "combinations", "it grows beyond bounds"), refused(ARR, "ngrams", "arrays of arrays cannot be shown"),
    refused(ARR, "shuffle", "answers do not depend on chance"), refused(ARR, "array_sort_desc", "use array_sort"),

    entry(TXT, "length", Engine("character_length"), "length(text)", "how many characters", "length(eventName)"),
    entry(TXT, "lower", Engine("lower"), "lower(text)", "in lower case", "lower(eventName)"),
    entry(TXT, "upper", Engine("upper"), "upper(text)", "in upper case", "upper(eventName)"),
    entry(TXT, "concat", Own, "concat(a, b, …), a || b", "one behind the other; NULL if any is", "concat(eventSource, ':', eventName)"),
    entry(TXT, "concat_ws", Own, "concat_ws(separator, a, b, …)", "with a separator, NULLs left out", "concat_ws(':', eventSource, eventName)"),
    entry(TXT, "substr", Engine("substr"), "substr(text, start [, length])", "a part, from 1", "substr(eventName, 1, 3)"),
    entry(TXT, "substring", Engine("substr"), "substring(text, start [, length])", "the same", "substring(eventName, 1, 3)"),
    entry(TXT, "replace", Own, "replace(text, what [, with])", "every what replaced, or taken out", "replace(eventSource, '.amazonaws.com')"),
    entry(TXT, "split", Own, "split(text, delimiter [, limit])", "the parts as an array", "split(eventSource, '.')"),
    entry(TXT, "split_part", Own, "split_part(text, delimiter, n)", "the n-th part, from 1", "split_part(eventSource, '.', 1)"),
    entry(TXT, "strpos", Own, "strpos(text, what), position(what IN text)", "where it begins, from 1; 0 where it is not", "strpos(eventName, 'Trail')"),
    entry(TXT, "starts_with", Engine("starts_with"), "starts_with(text, prefix)", "whether it begins with the prefix", "starts_with(eventName, 'Delete')"),
    entry(TXT, "ends_with", Engine("ends_with"), "ends_with(text, suffix)", "whether it ends with the suffix", "ends_with(eventName, 'Trail')"),
    entry(TXT, "trim", Engine("btrim"), "trim(text)", "without spaces at its ends", "trim('  a ')"),
    entry(TXT, "ltrim", Engine("ltrim"), "ltrim(text)", "without spaces at its beginning", "ltrim('  a ')"),
    entry(TXT, "rtrim", Engine("rtrim"), "rtrim(text)", "without spaces at its end", "rtrim('  a ')"),
    entry(TXT, "lpad", Own, "lpad(text, size, with)", "filled up on the left", "lpad('7', 3, '0')"),
    entry(TXT, "rpad", Own, "rpad(text, size, with)", "filled up on the right", "rpad('7', 3, '0')"),
    entry(TXT, "repeat", Own, "repeat(text, n)", "n times, 1 MiB at most", "repeat('ab', 2)"),
    entry(TXT, "reverse", Engine("reverse"), "reverse(text)", "backwards", "reverse('abc')"),
    entry(TXT, "translate", Engine("translate"), "translate(text, from, to)", "each character of from by that of to", "translate('abc', 'ab', 'xy')"),
    entry(TXT, "chr", Engine("chr"), "chr(n)", "the character of a code point", "chr(65)"),
    entry(TXT, "codepoint", Own, "codepoint(text)", "the code point of the first character", "codepoint('A')"),
    entry(TXT, "levenshtein_distance", Own, "levenshtein_distance(a, b)", "how many edits lie between", "levenshtein_distance('kitten', 'sitting')"),
    entry(TXT, "hamming_distance", Own, "hamming_distance(a, b)", "how many characters differ", "hamming_distance('abc', 'abd')"),
    refused(TXT, "soundex", "use levenshtein_distance"), refused(TXT, "normalize", "records hold text as it was sent"),
    refused(TXT, "to_utf8", "results are text"), refused(TXT, "from_utf8", "results are text"), refused(TXT, "word_stem", "no dictionary of words is here"),

    entry(PAT, "regexp_like", Own, "regexp_like(text, pattern)", "whether a part matches", "regexp_like(eventName, '^(Delete|Stop)')"),
    entry(PAT, "regexp_extract", Own, "regexp_extract(text, pattern [, group])", "the first match", "regexp_extract(eventSource, '^([a-z]+)', 1)"),
    entry(PAT, "regexp_extract_all", Own, "regexp_extract_all(text, pattern [, group])", "all matches", "regexp_extract_all(eventName, '[A-Z]')"),
    entry(PAT, "regexp_replace", Own, "regexp_replace(text, pattern [, with])", "every match replaced, or taken out; $1 is a group", "regexp_replace(eventName, '([A-Z])', '_$1')"),
    entry(PAT, "regexp_split", Own, "regexp_split(text, pattern)", "the parts between matches", "regexp_split('a1b', '[0-9]')"),
    entry(PAT, "regexp_count", Own, "regexp_count(text, pattern)", "how many matches", "regexp_count(eventName, '[A-Z]')"),
    entry(PAT, "regexp_position", Own, "regexp_position(text, pattern)", "where the first match begins; -1 where none is", "regexp_position(eventName, '[A-Z]')"),

    entry(TIM, "now", Written, "now()", "the moment of the statement", "now()"),
    entry(TIM, "current_timestamp", Written, "current_timestamp", "the moment of the statement", "current_timestamp"),
    entry(TIM, "localtimestamp", Written, "localtimestamp", "the moment of the statement", "localtimestamp"),
    entry(TIM, "current_date", Written, "current_date", "the day of the statement", "current_date"),
    entry(TIM, "date", Written, "date(time)", "the day", "date(eventTime)"),
    entry(TIM, "date_add", Own, "date_add(unit, n, time)", "later by n units", "date_add('day', -7, now())"),
    entry(TIM, "date_diff", Own, "date_diff(unit, from, to)", "whole units between", "date_diff('hour', eventTime, now())"),
    entry(TIM, "date_trunc", Own, "date_trunc(unit, time)", "the beginning of the unit", "date_trunc('hour', eventTime)"),
    entry(TIM, "date_format", Own, "date_format(time, pattern)", "text in MySQL's letters", "date_format(eventTime, '%Y-%m-%d %H:%i')"),
    entry(TIM, "date_parse", Own, "date_parse(text, pattern)", "a time in MySQL's letters", "date_parse('2026-11-20', '%Y-%m-%d')"),
    entry(TIM, "format_datetime", Own, "format_datetime(time, pattern)", "text in Joda's letters", "format_datetime(eventTime, 'yyyy-MM-dd HH:mm')"),
    entry(TIM, "parse_datetime", Own, "parse_datetime(text, pattern)", "a time in Joda's letters", "parse_datetime('2026-11-20', 'yyyy-MM-dd')"),
    entry(TIM, "from_iso8601_timestamp", Own, "from_iso8601_timestamp(text)", "a time in ISO 8601", "from_iso8601_timestamp('2026-11-20T02:13:07Z')"),
    entry(TIM, "from_iso8601_date", Written, "from_iso8601_date(text)", "a day in ISO 8601", "from_iso8601_date('2026-11-20')"),
    entry(TIM, "to_iso8601", Own, "to_iso8601(time)", "text in ISO 8601", "to_iso8601(eventTime)"),
    entry(TIM, "from_unixtime", Own, "from_unixtime(seconds)", "the time so many seconds after 1970", "from_unixtime(1795140787)"),
    entry(TIM, "to_unixtime", Own, "to_unixtime(time)", "seconds since 1970", "to_unixtime(eventTime)"),
    entry(TIM, "year", Own, "year(time)", "the year", "year(eventTime)"),
    entry(TIM, "quarter", Own, "quarter(time)", "1 to 4", "quarter(eventTime)"),
    entry(TIM, "month", Own, "month(time)", "1 to 12", "month(eventTime)"),
    entry(TIM, "week", Own, "week(time)", "the ISO week, 1 to 53", "week(eventTime)"),
    entry(TIM, "week_of_year", Written, "week_of_year(time)", "the ISO week", "week_of_year(eventTime)"),
    entry(TIM, "year_of_week", Own, "year_of_week(time)", "the year of the ISO week", "year_of_week(eventTime)"),
    entry(TIM, "yow", Written, "yow(time)", "the year of the ISO week", "yow(eventTime)"),
    entry(TIM, "day", Own, "day(time)", "1 to 31", "day(eventTime)"),
    entry(TIM, "day_of_month", Written, "day_of_month(time)", "1 to 31", "day_of_month(eventTime)"),
    entry(TIM, "day_of_week", Own, "day_of_week(time)", "1 (Monday) to 7", "day_of_week(eventTime)"),
    entry(TIM, "dow", Written, "dow(time)", "1 (Monday) to 7", "dow(eventTime)"),
    entry(TIM, "day_of_year", Own, "day_of_year(time)", "1 to 366", "day_of_year(eventTime)"),
    entry(TIM, "doy", Written, "doy(time)", "1 to 366", "doy(eventTime)"),
    entry(TIM, "hour", Own, "hour(time)", "0 to 23", "hour(eventTime)"),
    entry(TIM, "minute", Own, "minute(time)", "0 to 59", "minute(eventTime)"),
    entry(TIM, "second", Own, "second(time)", "0 to 59", "second(eventTime)"),
    entry(TIM, "millisecond", Own, "millisecond(time)", "0 to 999", "millisecond(eventTime)"),
    entry(TIM, "last_day_of_month", Own, "last_day_of_month(time)", "the last day of its month", "last_day_of_month(eventTime)"),
    refused(TIM, "at_timezone", ZONES), refused(TIM, "with_timezone", ZONES), refused(TIM, "current_timezone", ZONES),
    refused(TIM, "timezone_hour", ZONES), refused(TIM, "timezone_minute", ZONES),
    refused(TIM, "current_time", "use now()"), refused(TIM, "localtime", "use now()"), refused(TIM, "human_readable_seconds", "use date_diff"),

    entry(NUM, "abs", Engine("abs"), "abs(x)", "without its sign", "abs(-1)"),
    entry(NUM, "ceil", Engine("ceil"), "ceil(x)", "the next whole number", "ceil(1.2)"),
    entry(NUM, "ceiling", Engine("ceil"), "ceiling(x)", "the next whole number", "ceiling(1.2)"),
    entry(NUM, "floor", Engine("floor"), "floor(x)", "the whole number before", "floor(1.8)"),
    entry(NUM, "round", Engine("round"), "round(x [, digits])", "rounded", "round(1.25, 1)"),
    entry(NUM, "truncate", Engine("trunc"), "truncate(x)", "without its fraction", "truncate(1.8)"),
    entry(NUM, "mod", Written, "mod(a, b)", "what division leaves", "mod(7, 3)"),
    entry(NUM, "power", Engine("power"), "power(x, y)", "x to the power of y", "power(2, 10)"),
    entry(NUM, "pow", Engine("power"), "pow(x, y)", "x to the power of y", "pow(2, 10)"),
    entry(NUM, "sqrt", Engine("sqrt"), "sqrt(x)", "the square root", "sqrt(2.0)"),
    entry(NUM, "cbrt", Engine("cbrt"), "cbrt(x)", "the cube root", "cbrt(8.0)"),
    entry(NUM, "exp", Engine("exp"), "exp(x)", "e to the power of x", "exp(1.0)"),
    entry(NUM, "ln", Engine("ln"), "ln(x)", "the natural logarithm", "ln(2.0)"),
    entry(NUM, "log2", Engine("log2"), "log2(x)", "the logarithm to 2", "log2(8.0)"),
    entry(NUM, "log10", Engine("log10"), "log10(x)", "the logarithm to 10", "log10(100.0)"),
    entry(NUM, "log", Engine("log"), "log(base, x)", "the logarithm to a base", "log(2.0, 8.0)"),
    entry(NUM, "sign", Engine("signum"), "sign(x)", "-1, 0 or 1", "sign(-2.0)"),
    refused(NUM, "random", "answers do not depend on chance"), refused(NUM, "rand", "answers do not depend on chance"),
    refused(NUM, "width_bucket", "use floor"), refused(NUM, "uuid", "answers do not depend on chance"),

    entry(NET, "url_extract_host", Own, "url_extract_host(url)", "the host", "url_extract_host('https://a.example/b')"),
    entry(NET, "url_extract_path", Own, "url_extract_path(url)", "the path", "url_extract_path('https://a.example/b')"),
    entry(NET, "url_extract_query", Own, "url_extract_query(url)", "what stands behind the ?", "url_extract_query('https://a.example/?b=c')"),
    entry(NET, "url_extract_parameter", Own, "url_extract_parameter(url, name)", "a parameter", "url_extract_parameter('https://a.example/?b=c', 'b')"),
    entry(NET, "url_extract_protocol", Own, "url_extract_protocol(url)", "the scheme", "url_extract_protocol('https://a.example/')"),
    entry(NET, "url_extract_port", Own, "url_extract_port(url)", "the port, if it is given", "url_extract_port('https://a.example:8443/')"),
    entry(NET, "url_extract_fragment", Own, "url_extract_fragment(url)", "what stands behind the #", "url_extract_fragment('https://a.example/#b')"),
    entry(NET, "url_decode", Own, "url_decode(text)", "%20 and + as what they mean", "url_decode('a%20b')"),
    entry(NET, "url_encode", Own, "url_encode(text)", "fit for a URL", "url_encode('a b')"),

    entry(CHO, "if", Written, "if(condition, a [, b])", "a where it holds, else b", "if(readOnly, 'read', 'write')"),
    entry(CHO, "coalesce", Engine("coalesce"), "coalesce(a, b, …)", "the first that is not NULL", "coalesce(errorCode, 'none')"),
    entry(CHO, "nullif", Engine("nullif"), "nullif(a, b)", "a, or NULL where it equals b", "nullif(errorCode, '')"),
    entry(CHO, "greatest", Own, "greatest(a, b, …)", "the greatest; NULL if any is", "greatest(1, 2)"),
    entry(CHO, "least", Own, "least(a, b, …)", "the least; NULL if any is", "least(1, 2)"),
    entry(CHO, "try", Written, "try(cast(x AS type))", "NULL where the cast fails", "try(cast('x' AS bigint))"),
    refused(CHO, "typeof", "types are in the reference"), refused(CHO, "version", "ask the server, not the lake"),
];
