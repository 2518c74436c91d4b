// Files that are no backups, recognised by their first bytes.

import Testing

@testable import Storage

@Suite("Formats that are not read")
struct UnsupportedFormatTests {
  private func describe(_ text: String) -> String? {
    UnsupportedFormat(Array(text.utf8))?.description
  }

  @Test(
    "a compressed file is named with the program that unpacks it",
    arguments: [
      ([0x42, 0x5a, 0x68, 0x39, 0x31, 0x41], "bzip2 -d"),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0], "xz -d"),
      ([0x50, 0x4b, 3, 4, 20, 0], "unzip"),
      ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "7z x"),
      ([0x52, 0x61, 0x72, 0x21, 0x1a, 7, 1], "unrar x"),
      ([0x1f, 0x9d, 0x90], "uncompress"),
    ] as [([UInt8], String)])
  func compressed(head: [UInt8], command: String) throws {
    let format = try #require(UnsupportedFormat(head))
    #expect(format.remedy?.contains(command) == true)
    #expect(ContainerKind(head) == nil)
  }

  @Test("an error response of an object store is shown with its code and message")
  func objectStore() {
    let body = """
      <?xml version="1.0" encoding="UTF-8"?>
      <Error>
        <Code>AccessDenied</Code>
        <Message>Request has expired.</Message>
      </Error>
      """
    #expect(
      describe(body)
        == "an error response of an object store (AccessDenied: Request has expired.); request a new URL "
        + "and download again")
    let hostile = body.replacing("Request", with: "\u{1b}[2J")
    #expect(describe(hostile)?.contains("\u{1b}") == false)
  }

  @Test("a header after the first byte is found with its offset")
  func laterHeader() throws {
    let response = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    let format = try #require(UnsupportedFormat(Array((response + "REDIS0010rest").utf8)))
    #expect(format.name == "an HTTP response including its headers")
    #expect(format.headerOffset == response.utf8.count)
    let valkey = try #require(UnsupportedFormat([7, 8, 9] + Array("VALKEY080".utf8)))
    #expect(valkey.name == nil && valkey.headerOffset == 3)
    #expect(valkey.description == "an RDB header follows at byte 3")
    #expect(UnsupportedFormat([7] + Array("REDIS00".utf8)) == nil)
  }

  @Test(
    "text formats are told apart",
    arguments: [
      ("<!DOCTYPE html><html>", "an HTML page"), ("\n\n<html lang=en>", "an HTML page"),
      ("{\n  \"key\": 1}", "JSON text"), ("[{\"a\":1}]", "JSON text"),
      ("UkVESVMwMDExqwo=", "a backup in base64"),
      ("52454449533030313100", "a backup in hexadecimal digits"),
      ("00000000: 5245 4449 5330 3031  REDIS001", "a hex dump of a backup"),
      ("version https://git-lfs.github.com/spec/v1\noid sha256:12", "a Git LFS pointer"),
      ("file a.1.base.rdb seq 1 type b\n", "the manifest of an append-only log"),
      ("*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n", "an append-only file or other Redis protocol"),
      ("#TS:1700000000\r\n", "an append-only file"), ("-NOAUTH Authentication", "an error reply"),
      ("SQLite format 3\0", "a SQLite database"), ("\u{7f}ELF", "a program or library"),
      ("\"\\x00\\xc0\\x05\\x0b\\x00", "a DUMP payload as redis-cli prints it"),
      ("\u{feff}hello", "text with a UTF-8 byte order mark"),
    ])
  func text(head: String, name: String) {
    #expect(describe(head)?.hasPrefix(name) == true, "\(describe(head) ?? "nil")")
  }

  @Test("UTF-16 is recognised with and without a byte order mark")
  func utf16() {
    let little = Array("REDIS0011".utf8).reduce(into: [UInt8]()) { $0 += [$1, 0] }
    let big = Array("REDIS0011".utf8).reduce(into: [UInt8]()) { $0 += [0, $1] }
    for head in [[0xff, 0xfe] + little, little, big] {
      #expect(UnsupportedFormat(head)?.name?.hasPrefix("text in UTF-16") == true)
    }
  }

  @Test("a header further on is named where an RDB file begins with it")
  func headerOffset() {
    let head = Array("HTTP/1.1 200 OK\r\n\r\nREDIS0011 and REDIS0009!".utf8)
    #expect(UnsupportedFormat(head) { _ in true }?.headerOffset == 19)
    #expect(UnsupportedFormat(head) { $0.starts(with: "REDIS0009".utf8) }?.headerOffset == 33)
    #expect(UnsupportedFormat(head) { _ in false }?.headerOffset == nil)
  }

  @Test("attributes of macOS are named as such")
  func appleDouble() {
    #expect(
      UnsupportedFormat([0, 5, 0x16, 7, 0, 2, 0, 0])?.name?.hasPrefix("an AppleDouble") == true)
  }

  @Test("RDB files, containers and unknown bytes are not claimed")
  func silent() {
    for head in ["REDIS0011", "VALKEY080", "plain words", "", "{", "*"] {
      #expect(describe(head) == nil, "\(head)")
    }
    #expect(UnsupportedFormat([0x1f, 0x8b, 8, 0]) == nil)
    #expect(UnsupportedFormat([0x28, 0xb5, 0x2f, 0xfd]) == nil)
  }
}
