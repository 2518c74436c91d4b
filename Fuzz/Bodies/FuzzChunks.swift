// The opcodes of a file of Dragonfly, with values in chunks and blocks that are compressed.
//
//   0…   what stands after the header and the field df-ver

import RDB
import RDBSift
import Storage

/// Steps over blocks and chunks, joins them, and reads what is made.
public func fuzzChunks(_ bytes: RawSpan) {
  let head = Array("REDIS0009".utf8) + [0xfa, 6] + Array("df-ver".utf8) + [4] + Array("1.40".utf8)
  let file = head + bytes.fuzzBytes
  withExactCopy(of: file) { span in
    stepOver(span)
    join(span)
  }
}

/// Every block lies in the file, behind the one before.
private func stepOver(_ file: RawSpan) {
  guard var scanner = try? RDBScanner(headerOf: file) else {
    preconditionFailure("the header is refused")
  }
  var tally = RecordTally()
  var last = 0
  while true {
    tally.removeEvents()
    do throws(RDBError) {
      if try scanner.scan(file, into: &tally) == .end { return }
    } catch {
      expectPlace(of: error, in: 0...file.byteCount)
      guard error.reason == .unsupportedCompression, let blob = try? scanner.skipBlob(in: file)
      else { return }
      precondition(blob.place.offset >= last && blob.place.count > 0, "a block before another")
      precondition(
        blob.frame.offset > blob.place.offset && blob.frame.end <= blob.place.end
          && blob.place.end <= file.byteCount, "a frame outside of its block")
      last = blob.place.end
    }
  }
}

/// What is joined has all chunks, and no byte more.
private func join(_ file: RawSpan) {
  guard let joined = try? joinChunks(in: file, folder: "/tmp", path: "chunks") else { return }
  precondition(joined.blobs > 0, "nothing was joined")
  joined.file.withBytes { copy in
    // Nine bytes less for each chunk, six more for each database that is selected.
    let most = file.byteCount &+ 6 &* (joined.blobs &+ 1) &- 9 &* joined.blobs
    precondition(copy.byteCount <= most, "more bytes than there were")
    stepOver(copy)
  }
}
