"""Answers named queries as Athena would: the table is what Glue declares, its partitions are those that the projection
computes and no others, its rows are what the SerDe makes of the objects, and the SQL is Athena's, translated by sqlglot
and run by DuckDB, which compares no text with a time, either. A function that nobody has checked against Trino's
documentation ends it. Takes one JSON document on standard input: `table` (a Glue TableInput), `objects` (a directory with
the bucket's objects by their keys, and the bucket's address), `now`, and `queries` with the values of their `?`; writes
each query's rows."""

import datetime
import itertools
import json
import pathlib
import re
import sys
import tempfile

import duckdb
import sqlglot
from sqlglot import exp

# name: checked against https://trino.io/docs/current/functions.html; what DuckDB calls otherwise is a macro below
TRINO = set(
    """any_match arrays_overlap cardinality coalesce concat count count_if date_format element_at if
    json_extract_scalar length lower max max_by min regexp_like sequence sha256 split sum substr to_hex to_iso8601 to_utf8
    transform try_cast cast""".split()
)
NO_FUNCTION = set("and as by exists filter from having in not on or over select then values when where".split())

MACROS = """
CREATE MACRO trino_json_extract_scalar(document, path) AS json_extract_string(document, path);
CREATE MACRO to_iso8601(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%S.%gZ');
CREATE MACRO arrays_overlap(one, other) AS list_has_any(one, other);
"""

HIVE = {"int": "INTEGER", "bigint": "BIGINT", "string": "VARCHAR"}


def duckdb_type(hive):
    struct = re.fullmatch(r"struct<(.*)>", hive)
    if struct is None:
        return HIVE[hive]
    members = (member.split(":") for member in struct[1].split(","))
    return "STRUCT(%s)" % ", ".join(f'"{name}" {HIVE[kind]}' for name, kind in members)


def projected(name, parameters, now):
    """Every value that the projection gives a partition key."""
    first, last = parameters[f"projection.{name}.range"].split(",")
    kind = parameters[f"projection.{name}.type"]
    if kind == "integer":
        return [str(value) for value in range(int(first), int(last) + 1)]
    if (kind, parameters[f"projection.{name}.format"], last) != ("date", "yyyy-MM-dd", "NOW"):
        raise SystemExit(f"projection of {name}: not known here")
    begin = datetime.date.fromisoformat(first)
    return [str(begin + datetime.timedelta(days)) for days in range((now.date() - begin).days + 1)]


def objects_below(objects, location):
    if not location.startswith(objects["address"]) or not location.endswith("/"):
        raise SystemExit(f"{location} is no prefix in the bucket")
    directory = pathlib.Path(objects["directory"], location.removeprefix(objects["address"]))
    return [path for path in sorted(directory.rglob("*")) if path.is_file() and path.name[0] not in "._"]


def deserialized(line, columns, parameters):
    """What org.openx.data.jsonserde.JsonSerDe makes of a line."""
    document = json.loads(line)
    if parameters.get("case.insensitive", "TRUE") != "FALSE":
        document = lowered(document)
    return {
        name: converted(document.get(parameters.get(f"mapping.{name}", name)), hive)
        for name, hive in columns
    }


def lowered(value):
    return {key.lower(): lowered(each) for key, each in value.items()} if isinstance(value, dict) else value


def converted(value, hive):
    struct = re.fullmatch(r"struct<(.*)>", hive)
    if value is None:
        return None
    if struct is not None:
        members = (member.split(":") for member in struct[1].split(","))
        return {name: converted(value.get(name), kind) for name, kind in members}
    if hive == "string":
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return int(value)


def named(columns):
    return [(column["Name"], column["Type"]) for column in columns]


def rows_of(table, objects, now):
    storage, parameters = table["StorageDescriptor"], table["Parameters"]
    serde = storage["SerdeInfo"]
    if (serde["SerializationLibrary"], parameters["projection.enabled"]) != (
        "org.openx.data.jsonserde.JsonSerDe",
        "true",
    ):
        raise SystemExit("SerDe or projection: not known here")
    keys = [key for key, _ in named(table["PartitionKeys"])]
    for values in itertools.product(*(projected(key, parameters, now) for key in keys)):
        partition = dict(zip(keys, values))
        location = parameters["storage.location.template"]
        for key, value in partition.items():
            location = location.replace("${%s}" % key, value)
        for path in objects_below(objects, location):
            for line in path.read_text().splitlines():
                yield {**deserialized(line, named(storage["Columns"]), serde["Parameters"]), **partition}


def create(database, name, columns, rows):
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as file:
        for row in rows:
            print(json.dumps(row), file=file)
        file.flush()
        types = ", ".join(f"'{column}': '{duckdb_type(hive)}'" for column, hive in columns)
        database.execute(
            f"CREATE TABLE {name} AS SELECT * FROM "
            f"read_json('{file.name}', format = 'newline_delimited', columns = {{{types}}})"
        )


def check_functions(name, sql):
    tokens = sqlglot.tokenize(sql, read="athena")
    for token, after in itertools.pairwise(tokens):
        called = token.text.lower()
        if after.text == "(" and re.fullmatch(r"[a-z_0-9]+", called) and called not in TRINO | NO_FUNCTION:
            raise SystemExit(f"{name}: {called} is no function that was checked against Trino's documentation")


def translated(name, sql, now):
    """The query in DuckDB's words, at the moment that counts as now."""
    check_functions(name, sql)
    [query] = sqlglot.parse(sql, read="athena")
    moment = {exp.CurrentTimestamp: "TIMESTAMPTZ", exp.CurrentDate: "DATE"}

    def rewrite(node):
        if type(node) in moment:
            return exp.cast(exp.Literal.string(now.isoformat()), moment[type(node)])
        if isinstance(node, exp.JSONExtractScalar):
            path = exp.Literal.string(node.expression.sql("trino").strip("'"))
            return exp.Anonymous(this="trino_json_extract_scalar", expressions=[node.this, path])
        return node

    return query.transform(rewrite).sql("duckdb", identify=True)


def answers(database, queries, now):
    for name, query in queries.items():
        translation = translated(name, query["sql"], now)
        try:
            found = database.execute(translation, query["values"])
            columns = [column[0] for column in found.description]
            yield name, [dict(zip(columns, row)) for row in found.fetchall()]
        except duckdb.Error as error:
            raise SystemExit(f"{name}: {error}\n{translation}") from error


def main():
    asked = json.load(sys.stdin)
    now = datetime.datetime.fromisoformat(asked["now"])
    table = asked["table"]
    rows = list(rows_of(table, asked["objects"], now))
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    database.execute(MACROS)
    create(database, table["Name"], named(table["StorageDescriptor"]["Columns"] + table["PartitionKeys"]), rows)
    json.dump(dict(answers(database, asked["queries"], now)), sys.stdout, default=str)


main()
