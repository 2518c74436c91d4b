import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("Check of logs")
struct LogCheckTests {
  private func findings(_ bytes: [UInt8]) throws -> [LogFinding] {
    try withLog([("a", bytes)]) { input in
      var found: [LogFinding] = []
      _ = input.check { found.append($0) }
      return found
    }
  }

  private let head = LogText("SELECT 0", "SET a 1").bytes
  private let rest = LogText("SET b 2", "SET c 3", "SET a 2", "#TS:5", "DEL c").bytes

  @Test("a sound log has no findings, and each file its number of commands")
  func sound() throws {
    try withLog([("a", head), ("b", rest)]) { input in
      var count = 0
      #expect(input.check { _ in count += 1 } == [2, 4])
      #expect(count == 0)
    }
  }

  @Test(
    "a cut at any byte is reported at the command that it cuts, and between commands not at all")
  func cuts() throws {
    let log = head + rest
    var starts: Set<Int> = []
    try withLog([("a", log)]) { input in
      var visitor = Starts()
      input.walkAll(&visitor)
      starts = visitor.starts
    }
    starts.insert(log.count)
    for count in 0..<log.count {
      let found = try findings(Array(log[..<count]))
      let start = starts.filter { $0 <= count }.max() ?? 0
      if start == count || log[start] == UInt8(ascii: "#") {
        #expect(found.isEmpty, "\(count)")
        continue
      }
      guard found.count == 1, case .cutTail(let hole) = found[0].kind else {
        Issue.record("\(count): \(found)")
        continue
      }
      #expect(hole.start == start && hole.end == count, "\(count)")
    }
  }

  @Test(
    "a flip at any byte is reported in its command, and the commands around it are read")
  func flips() throws {
    let log = head + rest + rest
    let stamps = 2
    var starts: [Int] = []
    try withLog([("a", log)]) { input in
      var visitor = Starts()
      input.walkAll(&visitor)
      starts = visitor.starts.sorted()
    }
    for index in log.indices {
      for bit in [0, 2, 5, 7] {
        var bytes = log
        bytes[index] ^= 1 << bit
        try withLog([("a", bytes)]) { input in
          var holes: [LogHole] = []
          let commands = input.check { finding in
            if let hole = finding.kind.wholeHole { holes.append(hole) }
          }
          let own = starts.lastIndex { $0 <= index } ?? 0
          // A line end that is gone joins a stamp to the head of the next command.
          let next = own + 1 < starts.count ? starts[own + 1] + 4 : log.count
          #expect(holes.count <= 1, "\(index), bit \(bit)")
          #expect(
            holes.allSatisfy { $0.start >= starts[own] && $0.start <= next },
            "\(index), bit \(bit): \(holes)")
          #expect(commands[0] >= starts.count - stamps - 2, "\(index), bit \(bit): \(commands)")
        }
      }
    }
  }

  @Test("a hole says what is in it")
  func contents() throws {
    func content(_ bytes: [UInt8]) throws -> LogHole.Content? {
      for finding in try findings(bytes) {
        if case .hole(let hole) = finding.kind { return hole.content }
      }
      return nil
    }
    #expect(try content([0xef, 0xbb, 0xbf] + rest) == .byteOrderMark)
    #expect(try content(head + [10]) == .lineEnds)
    #expect(try content(head + Array("FLUSHALL\r\n".utf8) + rest) == .words)
    #expect(try content(head + Array("junk\r\n".utf8) + rest) == .other)
    let zeros = [UInt8](repeating: 0, count: 40)
    #expect(try content(head + [1, 2] + zeros + rest) == .zeros(at: head.count + 2, count: 40))
  }

  @Test("transactions without an end, ends without a beginning, and unknown commands are told")
  func transactions() throws {
    let log = LogText(
      "SELECT 0", "EXEC", "MULTI", "SET a 1", "EXEC", "FOO.BAR k", "foo.bar k", "MULTI", "SET a 2",
      "SET a 3")
    let found = try findings(log.bytes)
    #expect(
      found.map(\.kind) == [
        .loneExec, .openTransaction(commands: 2), .unknownCommand(Array("FOO.BAR".utf8), count: 1),
        .unknownCommand(Array("foo.bar".utf8), count: 1),
      ])
    #expect(found[0].position.offset == LogText("SELECT 0").bytes.count)
  }

  @Test("a command with too few or too many arguments is an error at its offset")
  func arity() throws {
    let bad = [
      "SET b", "set", "MSET", "EXEC now", "DEL", "INCR n 2", "XGROUP CREATE s g",
      "XGROUP DESTROY s g x",
      "FUNCTION LOAD", "HSET h f", "RPUSH l",
    ]
    var log = LogText("SELECT 0", "MULTI")
    var starts: [Int] = []
    for line in bad {
      starts.append(log.bytes.count)
      log.append(line)
      // Those that have enough.
      for line in [
        "SET b 1 EX 5", "FLUSHALL ASYNC", "MSET a 1", "XGROUP DESTROY s g", "FUNCTION FLUSH",
      ] {
        log.append(line)
      }
    }
    let found = try findings(log.bytes).filter {
      if case .wrongArity = $0.kind { true } else { false }
    }
    #expect(found.map(\.position.offset) == starts)
    #expect(found[0].kind == .wrongArity(Array("SET".utf8), words: 2, CommandArity(-3)))
    #expect(found[5].kind == .wrongArity(Array("INCR".utf8), words: 3, CommandArity(2)))
  }

  @Test("the number of arguments is known of every command that the state depends on")
  func arities() throws {
    let names = Set(CommandTable.knownNames)
    #expect(names.isSuperset(of: CommandTable.arities.keys))
    for name in names.subtracting(CommandTable.arities.keys) {
      let bytes = Array(name.utf8)
      let verb = try #require(bytes.withRawSpan { CommandTable.shared.find($0) }).verb
      #expect(verb == .ignored || verb == .opaque, "\(name)")
    }
  }

  @Test("a file that ends inside a command is damage unless it is the last")
  func files() throws {
    let cut = Array(head.dropLast(3))
    try withLog([("a", cut), ("b", rest)]) { input in
      var found: [LogFinding] = []
      #expect(input.check { found.append($0) } == [1, 4])
      guard case .hole(let hole) = found.first?.kind else {
        Issue.record("no hole")
        return
      }
      #expect(found.count == 1 && hole.isTail)
    }
  }

  @Test("an argument that is longer than it says is damage of its command, and not of the next")
  func longArguments() throws {
    let long = Array("*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\nlong\r\n".utf8)
    let found = try findings(head + long + rest)
    guard found.count == 1, case .hole(let hole) = found[0].kind else {
      Issue.record("\(found)")
      return
    }
    #expect(hole.error.reason == .longArgument && hole.error.number == 1)
    #expect(hole.start == head.count && hole.end == head.count + long.count)
    // Two bytes of any kind are let pass where commands go on, as servers do.
    var odd = head
    odd[odd.count - 2] = 0x20
    let kinds = try findings(odd + rest).map(\.kind)
    guard kinds.count == 1, case .longArgument = kinds[0] else {
      Issue.record("\(kinds)")
      return
    }
  }

  @Test(
    "numbers beyond all bounds are told with their place",
    arguments: [
      "*2147483648\r\n", "*9223372036854775808\r\n", "*-1\r\n", "*3\r\n$9223372036854775808\r\n",
      "*2\r\n$3\r\nGET\r\n$1073741824\r\n", "*1\r\n$-1\r\n",
    ])
  func hostile(text: String) throws {
    let found = try findings(head + Array(text.utf8) + rest)
    #expect(found.count == 1)
    guard case .hole(let hole) = found.first?.kind else {
      Issue.record("\(found)")
      return
    }
    #expect(hole.start == head.count && hole.end == head.count + text.utf8.count)
  }
}

/// Where commands and stamps begin.
struct Starts: LossVisitor {
  var starts: Set<Int> = []
  mutating func begin(file: Int) {}
  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool {
    starts.insert(position.offset)
    return true
  }
  mutating func command(_ arguments: [StringPlace], at position: LogPosition) -> Bool {
    starts.insert(position.offset)
    return true
  }
  mutating func pass(_ loss: LogLoss) {}
}

extension LogFinding.Kind {
  /// The bytes that are no commands, if it is about some.
  fileprivate var wholeHole: LogHole? {
    switch self {
    case .hole(let hole), .cutTail(let hole): hole
    default: nil
    }
  }
}
