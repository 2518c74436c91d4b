// Rules for what intrusions leave behind, whoever made them: lines that servers other than Redis would
// run, programs, and scripts that leave the sandbox. Repetitions are bounded, so that a text costs
// time in proportion to its length.

extension SignaturePack {
  static let intrusions = #"""
    # Files that were written by saving a database into them: the lines stand between line breaks, so
    # that whoever reads the file steps over the rest.

    [cron-line]
    title = Crontab line between line breaks
    severity = critical
    where = key value
    reference = https://attack.mitre.org/techniques/T1053/003/
    literal = * *\s
    literal = *\t*\t
    literal = @reboot
    literal = @hourly
    literal = @daily
    literal = @midnight
    literal = @weekly
    literal = @monthly
    pattern = [\r\n][ \t]{0,8}(?:@(?:reboot|hourly|daily|midnight|weekly|monthly)|(?:\*(?:/[0-9]{1,2})?|[0-9][0-9,/-]{0,20})(?:[ \t]{1,8}(?:\*(?:/[0-9]{1,2})?|[0-9][0-9,/-]{0,20})){4})[ \t]{1,8}[^\s*][^\r\n]{2,500}

    [ssh-key-line]
    title = SSH public key between line breaks, as in authorized_keys
    severity = critical
    where = key value
    reference = https://attack.mitre.org/techniques/T1098/004/
    literal = ssh-rsa
    literal = ssh-dss
    literal = ssh-ed25519
    literal = ecdsa-sha2-nistp
    pattern = [\r\n][ \t]{0,8}(?:[^\r\n]{1,80}[ \t])?(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)[ \t]{1,4}AAAA[0-9A-Za-z+/]{12,2000}

    [ssh-public-key]
    title = SSH public key
    severity = low
    where = key value
    reference = https://attack.mitre.org/techniques/T1098/004/
    literal = ssh-rsa
    literal = ssh-dss
    literal = ssh-ed25519
    literal = ecdsa-sha2-nistp
    pattern = (?<![\r\n \t])(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)[ \t]{1,4}AAAA[0-9A-Za-z+/]{12,2000}

    [sensitive-path]
    title = Path of a file that gives its writer control of the machine
    severity = medium
    where = key value aux function
    reference = https://attack.mitre.org/tactics/TA0003/
    literal = .ssh/authorized_keys
    literal = /var/spool/cron
    literal = /etc/cron
    literal = /etc/ld.so.preload
    literal = /etc/rc.local
    literal = /etc/sudoers
    pattern = \.ssh/authorized_keys|/var/spool/cron|/etc/cron(?:tab|\.(?:d|hourly|daily|weekly|monthly))|/etc/ld\.so\.preload|/etc/rc\.local|/etc/sudoers

    [config-set-dir]
    title = Command that makes a server save its database elsewhere
    severity = high
    where = key value function
    reference = https://redis.io/docs/latest/operate/oss_and_stack/management/security/
    literal = config set
    literal = CONFIG SET
    literal = Config Set
    pattern = (?i:config)[ \t]{1,4}(?i:set)[ \t]{1,4}(?i:dir|dbfilename)[ \t]{1,4}[^\s]{1,200}

    [file-name]
    title = File name under which other programs would read or run the backup
    severity = high
    where = file
    reference = https://redis.io/docs/latest/operate/oss_and_stack/management/security/
    pattern = (?i)\A(?:root|www-data|crontab|authorized_keys2?|[^/]{1,200}\.(?:php[3-8]?|phtml|jspx?|aspx?|so|sh|ko))\z

    # Web shells.

    [php-code]
    title = PHP code
    severity = high
    where = key value
    reference = https://attack.mitre.org/techniques/T1505/003/
    pattern = <\?php[\s(/]

    [php-eval]
    title = PHP code that runs request data or packed code (web shell)
    severity = critical
    where = key value
    reference = https://attack.mitre.org/techniques/T1505/003/
    literal = $_GET
    literal = $_POST
    literal = $_REQUEST
    literal = $_COOKIE
    literal = $_SERVER
    literal = base64_decode
    literal = gzinflate
    literal = gzuncompress
    literal = str_rot13
    pattern = (?i:\b(?:eval|assert|system|exec|passthru|shell_exec|popen|proc_open|create_function|call_user_func|preg_replace))[ \t]{0,4}\([^\r\n()]{0,80}(?:\$_(?:GET|POST|REQUEST|COOKIE|SERVER)|(?i:base64_decode|gzinflate|gzuncompress|str_rot13)[ \t]{0,4}\()

    [jsp-shell]
    title = JSP code that starts programs or loads classes
    severity = critical
    where = key value
    reference = https://attack.mitre.org/techniques/T1505/003/
    literal = getRuntime
    literal = ProcessBuilder
    literal = defineClass
    literal = FileOutputStream
    pattern = <(?:%|jsp:)[\s\S]{0,4000}?(?:getRuntime[ \t]{0,4}\(|ProcessBuilder|defineClass|FileOutputStream)

    [asp-shell]
    title = ASP code that runs request data (web shell)
    severity = critical
    where = key value
    reference = https://attack.mitre.org/techniques/T1505/003/
    literal = eval request
    literal = eval(request
    literal = eval(Request
    literal = Eval(Request
    literal = execute request
    literal = execute(request
    literal = Execute(Request
    pattern = <(?:%|script)[\s\S]{0,400}?(?i:eval|execute)[ \t]{0,4}\(?[ \t]{0,4}(?i:request)[ \t]{0,4}[(.\[]

    # Shells.

    [dev-tcp]
    title = Reverse shell through /dev/tcp
    severity = critical
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1059/004/
    literal = /dev/tcp/
    literal = /dev/udp/
    pattern = /dev/(?:tcp|udp)/[^\s/]{1,255}/[0-9$]

    [download-to-shell]
    title = Download piped into a shell
    severity = critical
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1105/
    literal = curl
    literal = wget
    literal = lwp-download
    literal = cd1 -
    literal = wd1 -
    pattern = \b(?:curl|wget|lwp-download|cd1|wd1)\b[^\r\n]{1,400}?\|[ \t]{0,8}(?:sudo[ \t]{1,4})?(?:/(?:usr/)?bin/)?(?:ba|da|z|k|a)?sh\b|\b(?:ba|da|z|k|a)?sh[ \t]{1,8}(?:-c[ \t]{1,8})?["']?(?:<\(|\$\(|`)[ \t]{0,4}(?:curl|wget)\b

    [download-and-run]
    title = Download that is made executable and run
    severity = high
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1105/
    literal = curl
    literal = wget
    literal = lwp-download
    pattern = \b(?:curl|wget|lwp-download)\b[^\r\n]{1,300}?(?:;|&&)[ \t]{0,8}(?:chmod[ \t]{1,4}(?:\+x|[0-7]{3,4}|a\+x)|(?:ba|da)?sh[ \t]{1,4}[/.\w])

    [reverse-shell]
    title = Shell connected to a network connection
    severity = critical
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1059/004/
    literal = sh -i
    literal = -e /bin
    literal = mkfifo
    literal = pty.spawn
    literal = os.dup2
    pattern = \b(?:ba)?sh[ \t]{1,4}-i[ \t]{0,4}(?:[0-9]?[<>]|&>)|\bn(?:c|cat)[ \t][^\r\n]{0,80}-e[ \t]{1,4}/bin/|mkfifo[^\r\n]{0,160}\bn(?:c|cat)[ \t]|(?:pty\.spawn|os\.dup2)[ \t]{0,4}\(

    [base64-to-shell]
    title = Decoded text piped into a shell or interpreter
    severity = critical
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1140/
    literal = base64
    pattern = base64[ \t]{1,4}(?:-d|-D|--decode)\b[^\r\n]{0,60}\|[ \t]{0,8}(?:/(?:usr/)?bin/)?(?:(?:ba|da|z|k|a)?sh|python[0-9.]{0,4}|perl|php)\b

    [shell-in-base64]
    title = Base64 of a reverse shell or of a script's first line
    severity = high
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1027/
    literal = L2Rldi90Y3Av
    literal = 9kZXYvdGNwL
    literal = vZGV2L3RjcC
    literal = IyEvYmluL2
    literal = IyEvdXNyL2Jpbi
    literal = YmFzaCAta
    literal = Jhc2ggLW
    literal = iYXNoIC1p
    pattern = L2Rldi90Y3Av|9kZXYvdGNwL|vZGV2L3RjcC|IyEvYmluL2(?:Jhc2|No|Rhc2|Fzag)|IyEvdXNyL2Jpbi|YmFzaCAta[QRST]|Jhc2ggLW[k-n]|iYXNoIC1p

    [script-body]
    title = Script for a shell or interpreter
    severity = medium
    where = value
    reference = https://attack.mitre.org/techniques/T1059/
    literal = #!/bin/
    literal = #!/usr/
    literal = #! /bin/
    literal = #! /usr/
    pattern = (?:\A|\n)#![ \t]?/(?:usr/)?(?:local/)?bin/(?:env[ \t]{1,4})?(?:(?:ba|da|z|k|a)?sh|python[0-9.]{0,4}|perl|php|ruby|node)\b

    # Programs.

    [elf-body]
    title = Linux executable or library (ELF)
    severity = high
    where = value aux
    reference = https://attack.mitre.org/techniques/T1105/
    literal = \x7fELF
    pattern = \x7fELF[\x01\x02][\x01\x02]\x01[\x00-\x12]

    [pe-body]
    title = Windows executable or library (PE)
    severity = high
    where = value aux
    reference = https://attack.mitre.org/techniques/T1105/
    literal = PE\x00\x00
    pattern = MZ[\s\S]{62,1022}?PE\x00\x00(?:\x4c\x01|\x64[\x86\xaa]|\xc4\x01)

    [elf-in-base64]
    title = Base64 of a Linux executable or library (ELF)
    severity = high
    where = value aux
    reference = https://attack.mitre.org/techniques/T1027/
    literal = f0VMRg
    pattern = (?<![A-Za-z0-9+/])f0VMRg[EI][BC]A[A-Za-z0-9+/]{20}

    [pe-in-base64]
    title = Base64 of a Windows executable or library (PE)
    severity = high
    where = value aux
    reference = https://attack.mitre.org/techniques/T1027/
    literal = TVqQAAMA
    literal = TVpQAAIA
    pattern = (?<![A-Za-z0-9+/])TV(?:qQAAMA|pQAAIA)[A-Za-z0-9+/]{40}

    [php-in-base64]
    title = Base64 of PHP code
    severity = high
    where = key value
    reference = https://attack.mitre.org/techniques/T1027/
    literal = PD9waHAg
    literal = PD9waHAK
    literal = PD9waHAN
    literal = PD9waHAJ
    pattern = (?<![A-Za-z0-9+/])PD9waHA[gKNJ][A-Za-z0-9+/]{8}

    # Lua, in functions, in scripts that the server kept, and in values that carry either about.

    [lua-sandbox-escape]
    title = Lua code that loads a native library (CVE-2022-0543)
    severity = critical
    where = key value aux function
    reference = https://nvd.nist.gov/vuln/detail/CVE-2022-0543
    literal = package.loadlib
    literal = luaopen_io
    literal = luaopen_os
    pattern = package\.loadlib[ \t]{0,4}[("']|luaopen_(?:io|os)\b

    [function-system-access]
    title = Function or script that accesses files, programs or the loader
    severity = high
    where = aux function
    reference = https://redis.io/docs/latest/develop/programmability/lua-api/
    literal = os.execute
    literal = os.remove
    literal = os.rename
    literal = os.exit
    literal = os.getenv
    literal = io.popen
    literal = io.open
    literal = io.lines
    literal = loadfile
    literal = dofile
    literal = debug.get
    literal = debug.set
    pattern = \b(?:os\.(?:execute|remove|rename|exit|getenv)|io\.(?:popen|open|lines)|loadfile|dofile|debug\.[gs]et\w{3,20})[ \t]{0,4}[("'{]

    [lua-bytecode]
    title = Compiled Lua, which checks of source code miss
    severity = high
    where = value aux function
    reference = https://redis.io/docs/latest/operate/oss_and_stack/management/security/
    literal = \x1bLua
    literal = \\27Lua
    literal = \\027Lua
    pattern = \x1bLua[\x50-\x54]|\\0?27Lua

    # Modules.

    [unknown-module]
    title = Data of a module that is not publicly known
    severity = low
    where = module
    reference = https://redis.io/docs/latest/operate/oss_and_stack/management/security/
    pattern = \A(?!(?:ReJSON-RL|ft_index0|ft_invidx|trietype0|scdtype00|graphdata|graphmeta|TSDB-TYPE|MBbloom--|MBbloomCF|CMSk-TYPE|TopK-TYPE|TDIS-TYPE|AI_TENSOR|AI__MODEL|AI_SCRIPT|vectorset|tairhash-|exhash---|exstrtype|tairzset_|tairbloom|tairgis--|tairdoc--|tairts---|tairroar-|tairsear-)\z)[\s\S]{9}

    [rogue-module]
    title = Commands or files of modules that run programs
    severity = high
    where = key value aux function module
    reference = https://attack.mitre.org/techniques/T1129/
    literal = system.exec
    literal = system.rev
    literal = exp.so
    literal = exp_lin.so
    pattern = \bsystem\.(?:exec|rev)\b|(?:^|[/\s"'])(?:exp|exp_lin)\.so\b
    """#
}
