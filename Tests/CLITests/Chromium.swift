// Where there is a Chromium, for the extended run.

import Foundation

/// The browser.
enum Chromium {
  private static let isExtended = ProcessInfo.processInfo.environment["EXTENDED"] != nil
  static let browser = ["chromium", "chromium-browser", "google-chrome"].lazy
    .flatMap { name in
      let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
      return folders.split(separator: ":").map { "\($0)/\(name)" }
    }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
  static let isWanted = isExtended && browser != nil
}
