import RDB
import Testing

@testable import AOF

@Suite("Commands of a log")
struct CommandReaderTests {
  /// What a reader finds, as text: arguments, stamps, remarks, and at last the error or the end.
  private func read(_ text: String) -> [String] { read(Array(text.utf8)) }

  private func read(_ bytes: [UInt8]) -> [String] {
    bytes.withRawSpan { span in
      var reader = CommandReader(part: 0)
      var found: [String] = []
      while true {
        do throws(LogError) {
          switch try reader.next(in: span) {
          case .command:
            let words = reader.arguments.map { place in
              String(decoding: bytes[place.offset..<(place.offset + place.count)], as: UTF8.self)
            }
            found.append(words.joined(separator: " "))
          case .stamp(let second): found.append("#\(second)")
          case .remark: found.append("#")
          case .end: return found
          }
        } catch {
          return found + ["\(error.reason)@\(error.offset) in \(error.start)"]
        }
      }
    }
  }

  @Test("commands and stamps come in their order")
  func commands() {
    #expect(
      read("*1\r\n$4\r\nPING\r\n#TS:1760000000\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n#x\r\n")
        == ["PING", "#1760000000", "GET ", "#"])
  }

  @Test("numbers are read as C reads them, and bytes behind an argument are not looked at")
  func lenience() {
    #expect(read("*+2\r\n$003\r\nSETxx$1x\r\nk\r\n") == ["SET k"])
    #expect(read("*1\n$4\nPING\r\n") == ["PING"])
  }

  @Test("stamps in milliseconds are taken for what they are")
  func milliseconds() {
    #expect(read("#TS:1760000000123\r\n") == ["#1760000000"])
    #expect(read("#TS:\r\n#TS:x\r\n") == ["#", "#"])
  }

  @Test("a stamp inside a value is none")
  func stampInValue() {
    #expect(read("*1\r\n$9\r\n#TS:1\r\n*3\r\n") == ["#TS:1\r\n*3"])
  }

  @Test(
    "what is no command has a place and a reason",
    arguments: [
      ("x", "noCommand@0 in 0"), ("*1\r\n+OK\r\n", "noArgument@4 in 0"),
      ("*0\r\n", "badCount@0 in 0"), ("*-1\r\n", "badCount@0 in 0"), ("*x\r\n", "badCount@0 in 0"),
      ("*2147483648\r\n", "badCount@0 in 0"),
      ("*1\r\n$-1\r\n", "badLength@4 in 0"),
      ("*1\r\n$9223372036854775807\r\nx", "truncated@4 in 0"),
      ("*1\r\n$99999999999999999999999\r\nx", "truncated@4 in 0"),
      ("*2\r\n$3\r\nGET\r\n", "truncated@13 in 0"), ("*1\r\n$4\r\nPIN", "truncated@4 in 0"),
      ("*1\r\n$4\r\nPING\r", "truncated@4 in 0"), ("*", "truncated@1 in 0"),
      ("*" + String(repeating: "1", count: 200), "longLine@1 in 0"),
      ("#" + String(repeating: "x", count: 2000), "longLine@0 in 0"),
    ])
  func errors(text: String, expected: String) {
    #expect(read(text) == [expected])
  }

  @Test("an error keeps what was read before it, and names the command that it is in")
  func errorBehind() {
    #expect(read("*1\r\n$4\r\nPING\r\n\0\0\0") == ["PING", "noCommand@14 in 14"])
  }

  @Test("a remark that the file ends in is no damage")
  func cutRemark() {
    #expect(read("*1\r\n$4\r\nPING\r\n#TS:17") == ["PING"])
  }

  @Test("a claim of many arguments allocates nothing that the bytes do not hold")
  func hugeCount() {
    #expect(read("*16777216\r\n$1\r\nx\r\n") == ["truncated@18 in 0"])
  }

  @Test("every prefix of a log ends at its end, or says that it is cut")
  func prefixes() {
    let text = LogText("#TS:5", "SET key value", "MULTI", "RPUSH list a b c", "EXEC")
    for count in 0...text.bytes.count {
      let found = read(Array(text.bytes[..<count]))
      #expect(found.allSatisfy { !$0.contains("@") || $0.hasPrefix("truncated@") })
    }
  }
}
