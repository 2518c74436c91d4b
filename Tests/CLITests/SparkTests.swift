// The example for Spark, where Scripts/test-extended.sh has installed it: eight files and sixteen ranges are what
// one process says.

import Foundation
import TestSupport
import Testing

@Suite(
  "The example for Spark", .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["EXTENDED"] != nil)
) struct SparkTests {
  private static let files = [
    "intrusion.rdb", "old-redis-2.8.rdb", "shop-later.rdb", "shop.rdb", "tair.rdb", "types.rdb",
    "valkey9.rdb", "copy.rdb",
  ]

  /// Runs Python with the example, in a folder with eight files.
  private func python(_ text: String, in folder: String) throws -> Run {
    for file in Self.files.dropLast() {
      try write(try readFile(BuiltBinary.samples + "/" + file), to: folder + "/" + file)
    }
    try write(try readFile(BuiltBinary.samples + "/shop.rdb"), to: folder + "/copy.rdb")
    let script = """
      import glob, json, os, subprocess, sys
      import rdbsift_spark as example
      from pyspark.sql import SparkSession
      spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
      context, files = spark.sparkContext, sorted(glob.glob("*.rdb"))
      assert len(files) == 8
      \(text)
      """
    try write(Array(script.utf8), to: folder + "/run.py")
    let python = Fixtures.repository + "/.build/spark/bin/python"
    return try BuiltBinary.shell(
      "export PYTHONPATH=\(Fixtures.repository)/Examples/spark; cd \(folder); \(python) run.py")
  }

  @Test("rows of eight files and of sixteen ranges are those of one process, and keep their types")
  func rows() throws {
    try withTemporaryFolder { folder in
      let run = try python(
        """
        for paths, size in (files, 1 << 30), (["shop.rdb"], 4096):
            count = len(example.ranges(context, paths, size))
            assert count == (8 if len(paths) == 8 else 16), count
            example.keys(spark, paths, size=size).write.mode("overwrite").parquet("table")
            table = spark.read.parquet("table")
            assert dict(table.dtypes)["expires"] == "timestamp" and dict(table.dtypes)["offset"] == "bigint"
            found = [row.asDict() for row in table.drop("expires").collect()]
            wanted = []
            for path in paths:
                rows = subprocess.run(["rdbsift", "keys", path, "--format", "ndjson"], stdout=-1).stdout
                wanted += [{**json.loads(row), "file": path} for row in rows.splitlines()]
            key = lambda row: (row["file"], row["offset"])
            assert sorted(found, key=key) == sorted(wanted, key=key)
            print(len(found))
        """, in: folder)
      #expect(run.status == 0 && run.lines.count == 2, "\(run.errors.suffix(2000))")
    }
  }

  @Test("counts and exports of eight files add up")
  func sums() throws {
    try withTemporaryFolder { folder in
      let run = try python(
        """
        options = ["--now", "2026-11-20T10:00:00Z", "--memory-model", "redis:7.2"]
        os.makedirs("one")
        example.stats(context, files, "one", *options, size=16384)
        counts = sorted(glob.glob("one/counts-*"))
        report = json.loads(example.run("stats", "--merge", *counts, "--format", "json"))
        whole = json.loads(example.run("stats", *files, *options, "--format", "json"))
        different = [name for name in whole if whole[name] != report[name]]
        assert different == [], different
        example.export(context, files, "one", "--now", "2026-11-20T10:00:00Z")
        manifest = json.load(open("one/manifest.json"))
        exported = sum(json.loads(example.run("export", path, "--now", "2026-11-20T10:00:00Z", "--output",
                       "o", "--report", "r") or open("r").read())["report"]["keys"] for path in files)
        assert manifest["keys"] == exported and len(manifest["inputs"]) == 8
        print("same")
        """, in: folder)
      #expect(run.status == 0 && run.lines == ["same"], "\(run.errors.suffix(2000))")
    }
  }

  @Test("a task that fails ends the job with what rdbsift says")
  func failure() throws {
    try withTemporaryFolder { folder in
      let run = try python(
        """
        open("shop.rdb", "ab").truncate(30000)
        example.keys(spark, files)
        """, in: folder)
      #expect(run.status != 0 && run.errors.contains("the file is truncated"))
    }
  }
}
