// Schedules the files of a backup: large files one after the other on all threads, small files in parallel on
// one thread each, since a small file ends before threads have shared it.

import Synchronization

/// Runs a job over the files of a backup.
package struct FileSchedule: Sendable {
  /// Files below this size, in bytes, get one thread.
  package static let smallSize = 32 << 20

  private let threads: Int
  private let sizes: [Int]

  /// Makes a schedule of files with these sizes in bytes, on `threads` threads.
  package init(sizes: [Int], threads: Int) {
    self.sizes = sizes
    self.threads = threads
  }

  /// Calls a job for each file, with its number and its number of threads.
  ///
  /// Files begin in order, and the results are in order. A nil result ends the run; later files may have
  /// run or not.
  package func map<Result: Sendable>(
    _ job: @Sendable (Int, Int) -> Result?
  ) -> [Result?] {
    var results: [Result?] = []
    while results.count < sizes.count {
      let first = results.count
      let small = sizes[first...].prefix { $0 < FileSchedule.smallSize }.count
      if threads > 1, small > 1 {
        results += inParallel(first..<(first + small), job)
      } else {
        results.append(job(first, threads))
      }
      guard results[first...].allSatisfy({ $0 != nil }) else { break }
    }
    return results
  }

  private func inParallel<Result: Sendable>(
    _ files: Range<Int>, _ job: @Sendable (Int, Int) -> Result?
  ) -> [Result?] {
    let next = Mutex(files.lowerBound)
    let results = Mutex([Result?](repeating: nil, count: files.count))
    runWorkers(min(threads, files.count)) { _ in
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
