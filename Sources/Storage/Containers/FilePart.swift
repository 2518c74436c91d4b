// A part of an open file: all of it, or a member of an archive.

/// An open file shared by several streams.
package final class SharedFile: Sendable {
  /// The file.
  package let file: InputFile

  /// Shares a file.
  package init(_ file: consuming InputFile) { self.file = file }
}

/// Contiguous bytes of an open file.
package struct FilePart: Sendable {
  /// The file.
  package let file: SharedFile
  /// The range of bytes.
  let range: Range<Int>
  /// The containers they were extracted from.
  let outer: [ContainerKind]
  /// Why the bytes end early, or what is wrong after them.
  var ending: InputError?
  /// Remarks about those containers.
  var remarks: [InputRemark] = []

  /// All of a file.
  package init(_ file: SharedFile) {
    self.init(file, 0..<file.file.size, outer: [])
  }

  /// A file from an offset on; nothing of it if the offset is after its end.
  package init(_ file: SharedFile, from offset: Int) {
    self.init(file, min(offset, file.file.size)..<file.file.size, outer: [])
  }

  /// A range of a file that is plain, as far as the file goes.
  package init(_ file: SharedFile, _ range: Range<Int>) {
    self.init(file, range.clamped(to: 0..<file.file.size), outer: [])
  }

  init(_ file: SharedFile, _ range: Range<Int>, outer: [ContainerKind]) {
    self.file = file
    self.range = range
    self.outer = outer
  }

  /// The number of bytes.
  package var count: Int { range.count }
}
