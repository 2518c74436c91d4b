import RDB
import Restore
import Testing

@Suite("A call of RestoreInstance") struct RestoreCallTests {
  private func read(_ text: String) -> [String]? {
    RestoreCall(Array(text.utf8))?.parameters.map {
      "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))"
    }
  }

  @Test("is read from a JSON object, whose escapes are undone")
  func json() {
    #expect(
      read(
        #" { "RestoreType": "1", "FilterKey" : "a\\.b,\u00e9\"\ud83d\ude00" ,"N": 7, "X":null }"#)
        == ["RestoreType=1", "FilterKey=a\\.b,é\"😀", "N=7"])
    #expect(read("{}") == [])
    #expect(read(#"{"A":"null"}"#) == ["A=null"])
  }

  @Test(
    "is not read from JSON that is broken or has something inside",
    arguments: [
      "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":{}}"#, #"{"a":[1]}"#, #"{"a":"b}"#,
      #"{"a":"\x"}"#, #"{"a":"\ud800"}"#, #"{"a":1} x"#, "{\"a\":\"\n\"}",
    ])
  func brokenJSON(text: String) { #expect(read(text) == nil) }

  @Test("is read from a query string or a URL, whose escapes are undone")
  func query() {
    let parameters = ["RestoreTime=2021-07-06T07:25:57Z", "FilterKey=a.*, b"]
    let text = "RestoreTime=2021-07-06T07%3A25%3A57Z&FilterKey=a.%2A%2c+b"
    #expect(read(text) == parameters)
    #expect(read("https://host/?\(text)\n") == parameters)
    #expect(RestoreCall(Array("FilterKey=%ff%00".utf8))?.value("FilterKey") == [0xff, 0])
    for broken in ["", "hello", "a=%4", "a=%zz", "a=b&c"] { #expect(read(broken) == nil) }
  }

  @Test("is read from the words of a command line")
  func words() {
    let call = RestoreCall(words: [
      "aliyun", "r-kvstore", "RestoreInstance", "--InstanceId", "r-1", "--FilterKey", "a.*,-b",
      "--force", "--RestoreTime=2021-07-06T07:25:57Z",
    ])
    #expect(call?.value("FilterKey") == Array("a.*,-b".utf8))
    #expect(call?.value("RestoreTime") == Array("2021-07-06T07:25:57Z".utf8))
    #expect(call?.value("force") == [])
    #expect(call?.value("BackupId") == nil)
    #expect(RestoreCall(words: ["aliyun", "r-kvstore"]) == nil)
  }

  @Test("fills a request, and says what the request had already")
  func completes() throws {
    var request = RestoreRequest(now: UnixMilliseconds(0))
    request.timeShift = "x"
    let call = try #require(
      RestoreCall(Array("RestoreType=1&RestoreTime=t&TimeShift=s&FilterKey=a,b".utf8)))
    #expect(call.complete(&request) == ["TimeShift"])
    #expect(request.restoreType == "1")
    #expect(request.restoreTime == "t")
    #expect(request.filterKeys == [FilterKey("a,b")])
    #expect(call.repeated == nil)
    #expect(RestoreCall(Array("FilterKey=a&FilterKey=b".utf8))?.repeated == "FilterKey")
  }

  @Test(
    "is read from a command line in any quoting, and in both spellings of its options",
    arguments: [
      ["aliyun", "r-kvstore", "RestoreInstance", "--FilterKey", "user:.*,a b", "--RestoreType=1"],
      [
        "aliyun", "r-kvstore", "restore-instance", "--filter-key", "user:.*,a b",
        "--restore-type=1",
      ],
      [#"aliyun r-kvstore RestoreInstance --FilterKey 'user:.*,a b' --RestoreType 1"#],
      [#"aliyun r-kvstore RestoreInstance --FilterKey "user:.*,a b" --RestoreType "1""#],
      [
        "aliyun r-kvstore RestoreInstance \\\n  --FilterKey user:.\\*,a\\ b \\\n  --RestoreType '1'"
      ],
      [#"aliyun r-kvstore RestoreInstance --FilterKey 'user:'".*,a"\ b --RestoreType=1"#],
    ])
  func quoting(words: [String]) throws {
    let call = try #require(RestoreCall(words: words))
    #expect(!call.isOther && call.misspelled == nil && call.repeated == nil)
    #expect(call.value("FilterKey") == Array("user:.*,a b".utf8))
    #expect(call.value("RestoreType") == Array("1".utf8))
  }

  @Test("is no other call, and no name of its parameters is nearly one that is read")
  func others() throws {
    #expect(
      RestoreCall(words: ["aliyun", "r-kvstore", "CreateBackup", "--InstanceId", "x"])?.isOther
        == true)
    #expect(
      RestoreCall(words: ["aliyun", "r-kvstore", "delete-instance", "--force"])?.isOther == true)
    #expect(RestoreCall(words: ["--FilterKey", "x"])?.isOther == false)
    for name in ["Filterkey", "filterKey", "filter_key", "FILTER-KEY"] {
      #expect(RestoreCall(words: ["--\(name)", "x"])?.misspelled == name)
    }
    #expect(RestoreCall(words: ["aliyun --FilterKey 'a"]) == nil)
  }

  /// A condition that can be known offline: its code, and a request in it.
  private static let conditions: [(String, @Sendable (inout RestoreRequest) -> Void)] = [
    ("RestoreType.Invalid", { $0.restoreType = "2" }),
    ("RestoreType.Deprecated", { $0.restoreType = "0" }),
    ("RestoreTime.Missing [MissingParameter]", { $0.restoreType = "1" }),
    ("RestoreTime.Format [InvalidRestoreTime.Format]", { $0.restoreTime = "2021-07-06 07:25" }),
    (
      "RestoreTime.TooLate [InvalidBinlog.NotValid]",
      { $0.restoreTime = "2024-01-10T12:00:01Z" }
    ),
    (
      "RestoreTime.TooEarly [InvalidBinlog.NotValid]",
      {
        $0.restoreTime = "2024-01-01T00:00Z"
        $0.coverage = UnixMilliseconds(1_704_844_800_000)...UnixMilliseconds(1_704_880_000_000)
      }
    ),
    (
      "RestoreType.Mismatch [ResroreParamNotMatch]",
      {
        $0.restoreType = "0"
        $0.restoreTime = "2024-01-10T10:00Z"
      }
    ),
    (
      "RestoreType.Mismatch [ResroreParamNotMatch]",
      {
        $0.restoreType = "1"
        $0.restoreTime = "2024-01-10T10:00Z"
        $0.hasLog = false
      }
    ),
    (
      "FilterKey.NeedsPIT",
      {
        $0.restoreType = "0"
        $0.filterKeys = [FilterKey("a")]
      }
    ),
    ("TimeShift.Format", { $0.timeShift = "+2h" }),
    (
      "TimeShift.TooEarly",
      {
        $0.restoreTime = "2024-01-10T10:00Z"
        $0.timeShift = "2024-01-10T09:00Z"
      }
    ),
    (
      "TimeShift.TooLate",
      {
        $0.restoreTime = "2024-01-10T10:00Z"
        $0.timeShift = "2024-01-10T13:00Z"
      }
    ),
  ]

  @Test("each condition that can be known offline has its code, and the vendor's where it has one")
  func codes() {
    for (code, change) in Self.conditions {
      var request = RestoreRequest(now: UnixMilliseconds(1_704_888_000_000))  // 2024-01-10T12:00Z
      change(&request)
      #expect(request.problems().map(\.code.description).contains(code), "\(code)")
    }
  }

  @Test("patterns that cannot be used have codes that name the item")
  func patternCodes() {
    func code(_ text: String) -> String? {
      var request = RestoreRequest(now: UnixMilliseconds(0))
      request.filterKeys = [FilterKey(text)]
      do throws(RestoreRequestError) {
        _ = try request.selection()
        return nil
      } catch {
        guard case .pattern(let error) = error else { return "parameters" }
        return error.code
      }
    }
    #expect(code("a,(b") == "FilterKey.Regex[1]")
    #expect(code("a,,b") == "FilterKey.EmptyItem")
    #expect(code("") == "FilterKey.Empty")
    #expect(code("a,b") == nil)
  }
}
