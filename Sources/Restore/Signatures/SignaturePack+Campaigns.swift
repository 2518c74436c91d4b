// Rules for names that single campaigns against Redis servers are known by.

extension SignaturePack {
  static let campaigns = #"""
    [key-backup-1-to-4]
    title = One of four keys with crontab lines, as set by cryptocurrency miners
    severity = medium
    where = key
    reference = https://unit42.paloaltonetworks.com/watchdog-cryptojacking/
    literal = ackup1
    literal = ackup2
    literal = ackup3
    literal = ackup4
    pattern = \A[Bb]ackup[1-4]\z

    [key-crackit]
    title = Key name under which a well-known attack stores its SSH key
    severity = high
    where = key
    reference = https://antirez.com/news/96
    literal = crackit
    pattern = \Acrackit\z

    [watchdog]
    title = Names used by the WatchDog family
    severity = critical
    where = key value aux function
    reference = https://unit42.paloaltonetworks.com/watchdog-cryptojacking/
    literal = cleanfda
    literal = zzhreceive
    literal = en2an.top
    literal = newdat.sh
    literal = cd1 -fsSL
    pattern = cleanfda|zzhreceive|\ben2an\.top\b|\bnewdat\.sh\b|\bcd1[ \t]{1,4}-fsSL\b

    [kinsing]
    title = Names used by Kinsing
    severity = critical
    where = key value aux function
    reference = https://attack.mitre.org/software/S0599/
    literal = kdevtmpfsi
    literal = kinsing
    pattern = kdevtmpfsi|(?<![A-Za-z])kinsing(?![a-z])

    [migo]
    title = File name of the Migo malware
    severity = critical
    where = key value aux function
    reference = https://www.bleepingcomputer.com/news/security/new-migo-malware-disables-protection-features-on-redis-servers/
    literal = /tmp/.migo
    pattern = /tmp/\.migo\b

    [teamtnt]
    title = Names used by TeamTNT
    severity = high
    where = key value aux function
    reference = https://attack.mitre.org/groups/G0139/
    literal = teamtnt.red
    literal = TeamTNT
    literal = kaiserfranz.cc
    literal = chimaera.cc
    literal = borg.wtf
    pattern = \bteamtnt\.red\b|\bTeamTNT\b|\bkaiserfranz\.cc\b|\bchimaera\.cc\b|\bborg\.wtf\b

    [miner]
    title = Command line of a cryptocurrency miner
    severity = high
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1496/
    literal = stratum+
    literal = --donate-level
    literal = xmrig
    literal = minexmr.com
    literal = supportxmr.com
    literal = c3pool.
    pattern = \bstratum\+(?:tcp|ssl|tls)://|--donate-level\b|\bxmrig\b|\bminexmr\.com\b|\bsupportxmr\.com\b|\bc3pool\.(?:com|org)\b

    [ransom-note]
    title = Ransom demand with a bitcoin address
    severity = high
    where = key value
    reference = https://attack.mitre.org/techniques/T1486/
    literal = BTC\s
    literal = \sBTC
    literal = \sbtc
    literal = bitcoin
    literal = Bitcoin
    literal = BITCOIN
    pattern = (?i:\b(?:send|pay|transfer)\b[^\r\n]{0,60}?\b(?:bitcoins?|btc)\b)[^\r\n]{0,120}?\b(?:bc1[0-9a-z]{25,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\b
    """#
}
