// The benchmarks. `make bench` runs them; Documentation/Performance.md says what each means.

import Corpora

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@main struct Bench {
  static func main() {
    do {
      let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
      exit(try Bench.run(arguments) ? 0 : 1)
    } catch {
      System.tell("bench: \(error)")
      exit(2)
    }
  }

  /// Does the job; false where an answer or a threshold was missed.
  private static func run(_ arguments: Arguments) throws -> Bool {
    switch arguments.job {
    case .table: return try Report(arguments).table()
    case .growth: return try Report(arguments).growth()
    case .instructions: return try Instructions(arguments).run()
    case .allocations: return try Allocations(arguments).run()
    case .write(let name, let path):
      guard let corpus = Corpus(named: name) else {
        let names = Corpus.all.map(\.name).joined(separator: ", ")
        throw Trouble("there is no corpus '\(name)'; there are \(names)")
      }
      let facts = try corpus.write(to: path, scale: arguments.scale)
      System.tell("\(path): \(facts.keys) keys, \(facts.elements) elements, \(facts.bytes) bytes")
      return true
    case .workload(let name, let path):
      try Workload.run(name, path)
      return true
    }
  }
}
