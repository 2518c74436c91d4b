import FuzzBodies
import RDB
import TestSupport
import Testing

@Suite("Fuzz bodies of logs")
struct FuzzReplayTests {
  @Test("random bytes, and random changes of sound logs, keep what the fuzzers promise")
  func replay() throws {
    var random = SeededRandom(for: "fuzz bodies of logs")
    for round in 0..<40 {
      random.bytes(300).withRawSpan { fuzzLogModel($0) }
      var logs = RandomLog(seed: random.next(), hasFieldTTLs: round % 2 == 0)
      var bytes =
        [UInt8(round % 4), UInt8(random.below(256)), UInt8(random.below(8))] + logs.log(60)
      for _ in 0..<random.below(6) {
        bytes[3 + random.below(bytes.count - 3)] = UInt8(random.below(256))
      }
      bytes.withRawSpan { fuzzLog($0) }
    }
  }

  @Test("hostile logs end, with bounds")
  func hostile() {
    let texts = [
      "*2147483648\r\n", "*1\r\n$9223372036854775807\r\n", "*3\r\n$3\r\nSET\r\n$-5\r\n",
      "*3\r\n$8\r\nSETRANGE\r\n$1\r\nk\r\n$19\r\n9223372036854775807\r\n",
      "*4\r\n$8\r\nSETRANGE\r\n$1\r\nk\r\n$9\r\n536870000\r\n$1\r\nx\r\n",
      "*4\r\n$6\r\nSETBIT\r\n$1\r\nk\r\n$19\r\n9223372036854775807\r\n$1\r\n1\r\n",
      "*5\r\n$11\r\nZUNIONSTORE\r\n$1\r\nb\r\n$19\r\n9223372036854775807\r\n$1\r\na\r\n$1\r\nc\r\n",
      "*4\r\n$4\r\nLPOP\r\n$1\r\nb\r\n$20\r\n-9223372036854775808\r\n$1\r\na\r\n",
    ]
    for text in texts {
      ([0, 0, 0] + Array(text.utf8)).withRawSpan { fuzzLog($0) }
    }
  }
}
