// The files of a set, one after the other, each by all threads; small ones side by side, since a small
// file is done before threads have shared it.

import Dispatch
import Synchronization

/// Runs a job over the files of a set.
package struct FileSchedule: Sendable {
  /// A file below this is worked on by one thread.
  package static let smallSize = 32 << 20

  private let threads: Int
  private let sizes: [Int]

  /// Makes a run over files of such sizes, on so many threads.
  package init(sizes: [Int], threads: Int) {
    self.sizes = sizes
    self.threads = threads
  }

  /// Calls a job for each file, with its number and the threads that it may use.
  ///
  /// Files are begun in their order. The results are in it too; one is nil where the job had none,
  /// which ends the run: files behind it may have been done or not.
  package func map<Result: Sendable>(
    _ job: @Sendable (Int, Int) -> Result?
  ) -> [Result?] {
    var results: [Result?] = []
    while results.count < sizes.count {
      let first = results.count
      let small = sizes[first...].prefix { $0 < FileSchedule.smallSize }.count
      if threads > 1, small > 1 {
        results += sideBySide(first..<(first + small), job)
      } else {
        results.append(job(first, threads))
      }
      guard results[first...].allSatisfy({ $0 != nil }) else { break }
    }
    return results
  }

  private func sideBySide<Result: Sendable>(
    _ files: Range<Int>, _ job: @Sendable (Int, Int) -> Result?
  ) -> [Result?] {
    let next = Mutex(files.lowerBound)
    let results = Mutex([Result?](repeating: nil, count: files.count))
    DispatchQueue.concurrentPerform(iterations: min(threads, files.count)) { _ in
      while true {
        let file: Int? = next.withLock { next in
          guard next < files.upperBound else { return nil }
          next += 1
          return next - 1
        }
        guard let file else { return }
        let result = job(file, 1)
        results.withLock { $0[file - files.lowerBound] = result }
        if result == nil { next.withLock { $0 = files.upperBound } }
      }
    }
    return results.withLock { $0 }
  }
}
