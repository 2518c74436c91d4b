// The page in a browser: it must say nothing on the console, load nothing, sort and zoom. Only with
// EXTENDED=1, and where there is a Chromium on PATH.

import Foundation
import TestSupport
import Testing

@testable import RDBSiftCLI

@Suite("The page in Chromium", .serialized, .enabled(if: Chromium.isWanted))
struct ChromiumTests {
  /// Clicks on a column title and on a prefix, and returns what has changed.
  private static let driver = """
    const table = document.querySelector("#prefixes table");
    const button = table.querySelectorAll("thead button")[1];
    const numbers = () => [...table.tBodies[0].rows].map((row) => Number(row.cells[1].dataset.v));
    button.click();
    const down = numbers();
    button.click();
    const up = numbers();
    const sorted = (row, sign) => row.every((n, i) => i === 0 || sign * (n - row[i - 1]) >= 0);
    const areas = document.querySelectorAll(".icicle g");
    areas[1].dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    const wide = areas[1].querySelector("rect").getAttribute("width");
    areas[1].dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    const all = areas[0].querySelector("rect").getAttribute("width");
    const back = areas[1].querySelector("rect").getAttribute("width");
    document.title = ["driven", sorted(down, -1), sorted(up, 1), wide, all, back !== wide].join(" ");
    """

  private func page(_ arguments: [String] = []) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rdbsift-page-\(UInt32.random(in: 0 ... .max)).html").path
    let run = try BuiltBinary.run(
      ["stats", "shop.rdb", "--format", "html", "--output", path] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return path
  }

  /// Opens a page: the document when it is complete, and what was logged.
  private func open(_ path: String, _ options: String = "--dump-dom") throws -> Run {
    try BuiltBinary.shell(
      "'\(Chromium.browser ?? "")' --headless --no-sandbox --disable-gpu --enable-logging=stderr "
        + "--virtual-time-budget=2000 \(options) 'file://\(path)'",
      in: NSTemporaryDirectory(), path: "/usr/bin")
  }

  @Test("it says nothing on the console and is complete")
  func quiet() throws {
    let path = try page()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = try open(path)
    #expect(!run.errors.contains("CONSOLE"), "\(run.errors)")
    #expect(!run.errors.contains("Refused"), "\(run.errors)")
    #expect(run.output.contains("<button type=\"button\">memory</button>"))
  }

  @Test("tables sort and prefixes zoom")
  func driven() throws {
    let path = try page()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let digits = Array(sha256(Array(Self.driver.utf8)).utf8)
    let digest = Data(
      stride(from: 0, to: 64, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
      }
    ).base64EncodedString()
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacingOccurrences(of: "script-src ", with: "script-src 'sha256-\(digest)' ")
      .replacingOccurrences(of: "</body>", with: "<script>\(Self.driver)</script></body>")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let run = try open(path)
    #expect(run.output.contains("<title>driven true true 1000 1000 true</title>"), "\(run.errors)")
  }

  @Test("it can be shown at two widths, light and dark", arguments: [400, 1280])
  func pictures(width: Int) throws {
    let path = try page()
    defer { try? FileManager.default.removeItem(atPath: path) }
    for dark in ["", "--blink-settings=preferredColorScheme=0"] {
      let picture = path + ".png"
      defer { try? FileManager.default.removeItem(atPath: picture) }
      _ = try open(path, "--window-size=\(width),1400 \(dark) --screenshot='\(picture)'")
      let size = try FileManager.default.attributesOfItem(atPath: picture)[.size] as? Int
      #expect((size ?? 0) > 10_000)
    }
  }
}
