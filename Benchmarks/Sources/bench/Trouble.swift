// Everything that can go wrong here ends the run with a sentence.

import RDB

/// Why a run cannot go on.
struct Trouble: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Runs what throws errors of the format; a corpus of ours has none, so any is trouble.
func sound<Result>(_ body: () throws(RDBError) -> Result) throws(Trouble) -> Result {
  do throws(RDBError) {
    return try body()
  } catch {
    throw Trouble("a corpus cannot be read: \(error.reason) at byte \(error.offset)")
  }
}
