import RDB
import Restore
import Testing

@Suite("Requests") struct RequestTests {
  private func request(
    _ change: (inout RestoreRequest) -> Void = { _ in }
  ) -> RestoreRequest {
    var request = RestoreRequest(
      now: UTCTime("2024-01-10T12:00:00Z")?.instant ?? UnixMilliseconds(0))
    change(&request)
    return request
  }

  private func codes(_ change: (inout RestoreRequest) -> Void) -> [String] {
    request(change).problems().map(\.code.description)
  }

  @Test("times of a wrong form are told with our name and the vendor's")
  func forms() {
    #expect(
      codes { $0.restoreTime = "yesterday" } == ["RestoreTime.Format [InvalidRestoreTime.Format]"])
    #expect(
      codes {
        $0.restoreTime = "2024-01-10T10:00Z"
        $0.timeShift = "2024-01-10T10:30:00+08:00"
      } == ["TimeShift.Format"])
  }

  @Test("TimeShift lies between the reference and now, unless allowed")
  func bounds() {
    func codes(_ shift: String, _ allowances: RestoreRequest.Allowances = []) -> [String] {
      self.codes {
        $0.restoreTime = "2024-01-10T10:00:00Z"
        $0.timeShift = shift
        $0.allowances = allowances
      }
    }
    #expect(codes("2024-01-10T10:00Z") == [])
    #expect(codes("2024-01-10T12:00Z") == [])
    #expect(codes("2024-01-10T09:59:59Z") == ["TimeShift.TooEarly"])
    #expect(codes("2024-01-10T12:00:01Z") == ["TimeShift.TooLate"])
    #expect(codes("2024-01-10T09:59:59Z", .futureShift) == ["TimeShift.TooEarly"])
    #expect(codes("2024-01-10T09:59:59Z", .earlyShift) == [])
    #expect(codes("2024-01-10T12:00:01Z", .futureShift) == [])
  }

  @Test("a problem tells the instants it is about")
  func instants() {
    let problem = request {
      $0.restoreTime = "2024-01-10T10:00:00Z"
      $0.timeShift = "2024-01-10T09:00:00Z"
    }.problems().first
    #expect(problem?.text == "2024-01-10T09:00:00Z")
    #expect(problem?.given == UTCTime("2024-01-10T09:00Z")?.instant)
    #expect(problem?.bound == UTCTime("2024-01-10T10:00Z")?.instant)
  }

  @Test("without RestoreTime the file's ctime is the reference; without either nothing can shift")
  func reference() throws {
    let ctime = UTCTime("2024-01-10T08:00Z")?.instant
    let shifted = try request {
      $0.fileTime = ctime
      $0.timeShift = "2024-01-10T09:00Z"
    }.selection()
    #expect(shifted.reference == ctime)
    #expect(shifted.shift?(UnixMilliseconds(5)) == UnixMilliseconds(3_600_005))
    #expect(codes { $0.timeShift = "2024-01-10T09:00Z" } == ["TimeShift.NoReference"])
    let explicit = try request {
      $0.fileTime = ctime
      $0.restoreTime = "2024-01-10T07:00Z"
    }.selection()
    #expect(explicit.reference == UTCTime("2024-01-10T07:00Z")?.instant)
    #expect(explicit.shift == nil)
  }

  @Test("RestoreTime lies within what the input covers and not in the future, unless allowed")
  func coverage() throws {
    let first = try #require(UTCTime("2024-01-10T08:00Z")?.instant)
    let last = try #require(UTCTime("2024-01-10T11:00Z")?.instant)
    func codes(_ time: String, _ allowances: RestoreRequest.Allowances = []) -> [String] {
      self.codes {
        $0.coverage = first...last
        $0.restoreTime = time
        $0.allowances = allowances
      }
    }
    #expect(codes("2024-01-10T08:00Z") == [])
    #expect(codes("2024-01-10T07:59:59Z") == ["RestoreTime.TooEarly [InvalidBinlog.NotValid]"])
    #expect(codes("2024-01-10T11:00:01Z") == ["RestoreTime.TooLate [InvalidBinlog.NotValid]"])
    #expect(codes("2024-01-10T13:00Z") == ["RestoreTime.TooLate [InvalidBinlog.NotValid]"])
    #expect(codes("2024-01-10T11:00:01Z", .uncoveredRestoreTime) == [])
    #expect(codes("2024-01-10T13:00Z", [.uncoveredRestoreTime, .futureRestoreTime]) == [])
  }

  @Test("RestoreType goes with the other parameters")
  func restoreType() {
    #expect(codes { $0.restoreType = "2" } == ["RestoreType.Invalid"])
    #expect(codes { $0.restoreType = "1" } == ["RestoreTime.Missing [MissingParameter]"])
    #expect(
      codes {
        $0.restoreType = "0"
        $0.restoreTime = "2024-01-10T10:00Z"
      } == ["RestoreType.Deprecated", "RestoreType.Mismatch [ResroreParamNotMatch]"])
    #expect(
      codes {
        $0.restoreType = "1"
        $0.restoreTime = "2024-01-10T10:00Z"
        $0.hasLog = false
      } == ["RestoreType.Mismatch [ResroreParamNotMatch]"])
    #expect(
      codes {
        $0.restoreType = "0"
        $0.filterKeys = [FilterKey("a")]
      } == ["RestoreType.Deprecated", "FilterKey.NeedsPIT"])
  }

  @Test("a warning does not stop a request, an error does and all errors are told")
  func errors() throws {
    _ = try request { $0.restoreType = "0" }.selection()
    let error = #expect(throws: RestoreRequestError.self) {
      try request {
        $0.restoreType = "x"
        $0.restoreTime = "y"
        $0.timeShift = "z"
        $0.types = ["string", "sorted set"]
      }.selection()
    }
    guard case .parameters(let problems) = error else {
      Issue.record("not about parameters")
      return
    }
    #expect(
      problems.map(\.code.name) == [
        "RestoreType.Invalid", "RestoreTime.Format", "TimeShift.Format", "Type.Unknown",
      ])
  }

  @Test("an item that ends too early is told with the next: the comma may have been part of it")
  func pieces() throws {
    func next(_ filterKey: String) throws -> [UInt8]? {
      let error = #expect(throws: RestoreRequestError.self) {
        try request { $0.filterKeys = [FilterKey("x"), FilterKey(filterKey)] }.selection()
      }
      guard case .pattern(let pattern)? = error else { return nil }
      return pattern.itemAfterComma
    }
    #expect(try next("y,(a{1,3})") == Array("3})".utf8))
    #expect(try next("[a,b]") == Array("b]".utf8))
    #expect(try next("a,b(c") == nil)
    #expect(try next("a)b,c") == nil)
  }

  @Test("patterns are numbered through: FilterKeys first, then the others")
  func patterns() throws {
    let made = request {
      $0.filterKeys = [FilterKey("a,b"), FilterKey("c")]
      $0.patterns = [KeyPattern(keyRegex: "d{1,2}")]
    }
    #expect(
      try made.allPatterns().map { String(decoding: $0.bytes, as: UTF8.self) }
        == ["a", "b", "c", "d{1,2}"])
    let error = #expect(throws: RestoreRequestError.self) {
      try request { $0.filterKeys = [FilterKey("a,b"), FilterKey("c,,")] }.selection()
    }
    guard case .pattern(let pattern) = error else {
      Issue.record("not about a pattern")
      return
    }
    #expect(pattern.index == 3)
    #expect(pattern.reason == .emptyItem)
  }
}
