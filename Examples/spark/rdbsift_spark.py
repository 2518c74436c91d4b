"""RDB files with Spark: a table of their keys, statistics, and exports, a task for each range or file.

    spark-submit rdbsift_spark.py keys   OUT /data/*.rdb -- --type hash
    spark-submit rdbsift_spark.py stats  OUT /data/*.rdb -- --now 2026-11-24T12:00:00Z
    spark-submit rdbsift_spark.py export OUT /data/*.rdb -- --filter-key 'cart:.*'

Every worker needs rdbsift on its PATH, and the files at the same paths. What follows -- is for rdbsift.
"""
import functools, hashlib, json, os, pathlib, shlex, subprocess, sys
from pyspark.sql import SparkSession, functions as f

ROW = ("db BIGINT, key STRING, key_b64 STRING, type STRING, encoding STRING, rdb_type INT, elements BIGINT, "
       "record_bytes BIGINT, offset BIGINT, expire_ms BIGINT, idle BIGINT, freq INT, slot INT")

def run(*words):  # a failure has the message of rdbsift
    done = subprocess.run(["rdbsift", *words], capture_output=True, text=True)
    if done.returncode > 1:
        raise RuntimeError(f"{shlex.join(words)}: {done.stderr}")
    return done.stdout

def ranges(context, paths, size=1 << 30):
    """The ranges of plain files, each of about so many bytes, as pairs of a path and a line."""
    def split(path):
        parts = max(1, -(-os.path.getsize(path) // size))
        return [(path, line) for line in run("split", path, "--parts", str(parts)).splitlines()]
    return context.parallelize(paths, len(paths)).flatMap(split).collect()

def pipe(context, lines, *words):
    """What rdbsift writes about ranges, one for each task."""
    command = shlex.join(["rdbsift", *words, "--range", "@-"])
    return context.parallelize(lines, len(lines)).pipe(command, dict(os.environ), checkCode=True)

def keys(spark, paths, *options, size=1 << 30):
    """A row for each selected key."""
    found, tables = ranges(spark.sparkContext, paths, size), []
    for path in paths:
        lines = [line for file, line in found if file == path]
        rows = pipe(spark.sparkContext, lines, "keys", "--format", "ndjson", *options)
        tables.append(spark.read.json(rows, schema=ROW).withColumn("file", f.lit(path)))
    table = functools.reduce(lambda one, other: one.unionByName(other), tables)
    return table.withColumn("expires", f.timestamp_millis("expire_ms"))

def stats(context, paths, out, *options, size=1 << 30):
    """A report as HTML; the counts of each range are made by its task."""
    lines = [line for _, line in ranges(context, paths, size)]
    counts = pipe(context, lines, "stats", "--format", "data", *options).collect()
    names = [f"{out}/counts-{number:05}.json" for number in range(len(counts))]
    for name, line in zip(names, counts):
        pathlib.Path(name).write_text(line)
    run("stats", "--merge", *names, "--format", "html", "--output", f"{out}/report.html")

def export(context, paths, out, *options, slots=4):
    """Commands by file and slot, and a manifest of all: every slot once, all keys, unchanged files."""
    def task(number, path):
        folder = f"{out}/{number:05}"
        run("export", path, "--partition", f"slots:{slots}", "--out-dir", folder, *options)
        return {"input": path, "folder": folder, **json.loads(pathlib.Path(f"{folder}/manifest.json").read_text())}
    tasks = context.parallelize(list(enumerate(paths)), len(paths))
    manifests = tasks.map(lambda numbered: task(*numbered)).collect()
    for manifest in manifests:
        parts, ends = manifest["parts"], [0] + [part["last_slot"] + 1 for part in manifest["parts"]]
        checks = {"slots": ends == [part["first_slot"] for part in parts] + [16384],
                  "keys": sum(part["keys"] for part in parts) == manifest["keys"]}
        for part in parts:
            content = pathlib.Path(manifest["folder"], part["file"]).read_bytes()
            checks[part["file"]] = hashlib.sha256(content).hexdigest() == part["sha256"]
        if not all(checks.values()):
            raise ValueError(f"the export of {manifest['input']} is not whole: {checks}")
    whole = {"keys": sum(one["keys"] for one in manifests), "inputs": manifests}
    pathlib.Path(f"{out}/manifest.json").write_text(json.dumps(whole, indent=2))

if __name__ == "__main__":
    command, out, *rest = sys.argv[1:]
    at = rest.index("--") if "--" in rest else len(rest)
    paths, options, spark = rest[:at], rest[at + 1:], SparkSession.builder.appName("rdbsift").getOrCreate()
    os.makedirs(out, exist_ok=True)
    if command == "keys":
        keys(spark, paths, *options).write.mode("overwrite").parquet(f"{out}/keys.parquet")
    else:
        {"stats": stats, "export": export}[command](spark.sparkContext, paths, out, *options)
