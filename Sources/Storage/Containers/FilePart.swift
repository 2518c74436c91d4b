// A part of an open file: the whole of it, or a member of an archive.

/// An open file that several streams read.
package final class SharedFile: Sendable {
  /// The file.
  package let file: InputFile

  /// Shares a file.
  package init(_ file: consuming InputFile) { self.file = file }
}

/// Bytes of an open file that lie side by side.
package struct FilePart: Sendable {
  /// The file.
  package let file: SharedFile
  /// Where the bytes are.
  let range: Range<Int>
  /// The containers that they were taken out of.
  let outer: [ContainerKind]
  /// Why the bytes end before their end, or what is wrong behind it.
  var ending: InputError?
  /// What is to be told of the containers that they were taken out of.
  var remarks: [InputRemark] = []

  /// The whole of a file.
  package init(_ file: SharedFile) {
    self.init(file, 0..<file.file.size, outer: [])
  }

  init(_ file: SharedFile, _ range: Range<Int>, outer: [ContainerKind]) {
    self.file = file
    self.range = range
    self.outer = outer
  }

  /// How many bytes there are.
  package var count: Int { range.count }
}
