// Where keys go, and the question that has to be answered before anything is written: do two of them
// end at one place?

import Export
import RDB
import RDBSift
import Restore
import Storage

extension ExportCommand {
  /// Where keys go.
  func relocation() throws -> Relocation {
    Relocation(naming: try naming.naming(), databases: target.databases)
  }

  /// Looks for keys that end at one place, where that can be; whether there are none.
  func checkNames(_ source: ExportSource) throws -> Bool {
    guard source.relocation.mayCollide else { return true }
    let file = source.file
    let search = CollisionSearch(source.selected, source.relocation, threads: file.threads)
    let collisions = try search.collisions {
      try names(file, $0)
    } read: {
      try names(file, $0)
    }
    return source.report.session.tell(collisions, in: file.path)
  }

  private func names<Worker: RecordWorker & ~Copyable>(
    _ file: OpenFile, _ makeWorker: @Sendable () -> Worker
  ) throws -> [Worker.Summary] {
    let result = try file.sweep(label: "comparing names", into: PartOutput { _ in }) {
      () throws(JobFailure) in makeWorker()
    }
    if let failure = result.failure { throw FileFailure(failure: failure, path: file.path) }
    return result.summaries
  }
}

extension Session {
  /// Collisions that are named one by one.
  private static let namedCollisions = 20

  /// Tells keys that end at one place; whether there are none.
  func tell(_ collisions: [NameCollision], in path: String) -> Bool {
    for collision in collisions.prefix(Session.namedCollisions) {
      tell(error: Messages.text(collision, path))
    }
    guard !collisions.isEmpty else { return true }
    let more = collisions.count > Session.namedCollisions ? "there are more of these; " : ""
    tell(error: "\(more)nothing was written")
    return false
  }
}

extension Messages {
  /// Two keys that end at one place.
  static func text(_ collision: NameCollision, _ path: String) -> String {
    func source(_ source: NameCollision.Source) -> String {
      "\(spelled(source.key)) (db \(source.database), byte \(HumanText.count(source.offset)))"
    }
    return
      "\(spelled(path)): \(source(collision.first)) and \(source(collision.second)) would both "
      + "become \(spelled(collision.name)) in db \(collision.database)"
  }
}
