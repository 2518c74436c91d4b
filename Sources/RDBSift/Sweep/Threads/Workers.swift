// Workers on threads of their own. The first works on the calling thread, so that there is always one.

import Storage

/// Calls `body` once for each number below `count`, in parallel as far as the system gives threads.
///
/// Number 0 is called on the calling thread, and others for which there is no thread after it: a worker may
/// wait only for what worker 0 does without help.
func runWorkers(_ count: Int, _ body: @Sendable (Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    var threads: [SystemThread] = []
    for index in stride(from: 1, to: count, by: 1) {
      guard let thread = SystemThread.start({ body(index) }) else { break }
      threads.append(thread)
    }
    body(0)
    for thread in threads { thread.join() }
    for index in stride(from: threads.count + 1, to: count, by: 1) { body(index) }
  }
}
