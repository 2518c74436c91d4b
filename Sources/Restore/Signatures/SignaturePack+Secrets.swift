// Rules for secrets and for numbers of people. The first group of an expression is what reports mask,
// or all of the match where there is none.

extension SignaturePack {
  static let secrets = #"""
    [private-key]
    title = Private key
    severity = high
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1552/004/
    literal = PRIVATE KEY
    secret = yes
    pattern = -----BEGIN (?:RSA |DSA |EC |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----([\s\S]{1,16000})

    [aws-access-key]
    title = AWS access key ID
    severity = high
    where = key value aux function
    reference = https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    literal = AKIA
    literal = ASIA
    secret = yes
    pattern = (?<![A-Za-z0-9])A(?:KIA|SIA)([A-Z0-9]{16})(?![A-Za-z0-9])

    [aws-secret-key]
    title = AWS secret access key
    severity = critical
    where = key value aux function
    reference = https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
    literal = secret
    literal = Secret
    literal = SECRET
    secret = yes
    pattern = (?i:aws)[^\r\n]{0,20}?(?i:secret)[^\r\n]{0,20}?[=:"' ]{1,6}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])

    [google-api-key]
    title = Google API key
    severity = high
    where = key value aux function
    reference = https://cloud.google.com/docs/authentication/api-keys
    literal = AIza
    secret = yes
    pattern = (?<![A-Za-z0-9])AIza([0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])

    [google-oauth]
    title = Google OAuth token or client secret
    severity = high
    where = key value aux function
    reference = https://developers.google.com/identity/protocols/oauth2
    literal = ya29.
    literal = GOCSPX-
    secret = yes
    pattern = (?<![A-Za-z0-9])(?:ya29\.|GOCSPX-)([0-9A-Za-z_-]{24,600})

    [slack-token]
    title = Slack token or webhook
    severity = high
    where = key value aux function
    reference = https://api.slack.com/concepts/token-types
    literal = xoxa-
    literal = xoxb-
    literal = xoxe-
    literal = xoxe.
    literal = xoxp-
    literal = xoxr-
    literal = xoxs-
    literal = hooks.slack.com
    secret = yes
    pattern = (?|(?<![A-Za-z0-9])xox(?:[abprs]-|e[.-](?:xox[bp]-)?)([0-9A-Za-z-]{10,250})|hooks\.slack\.com/(?:services|workflows)/([A-Za-z0-9/]{20,100}))

    [github-token]
    title = GitHub token
    severity = high
    where = key value aux function
    reference = https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    literal = ghp_
    literal = gho_
    literal = ghu_
    literal = ghs_
    literal = ghr_
    literal = github_pat_
    secret = yes
    pattern = (?<![A-Za-z0-9_])(?:gh[pousr]_|github_pat_)([0-9A-Za-z_]{36,255})

    [gitlab-token]
    title = GitLab token
    severity = high
    where = key value aux function
    reference = https://docs.gitlab.com/security/tokens/
    secret = yes
    pattern = glpat-([0-9A-Za-z_-]{20,64})

    [stripe-key]
    title = Stripe live key
    severity = high
    where = key value aux function
    reference = https://docs.stripe.com/keys
    literal = sk_live_
    literal = rk_live_
    secret = yes
    pattern = (?<![A-Za-z0-9])[sr]k_live_([0-9A-Za-z]{20,250})

    [jwt]
    title = JSON Web Token (JWT)
    severity = medium
    where = key value aux function
    reference = https://www.rfc-editor.org/rfc/rfc7519
    literal = eyJhbGci
    literal = eyJ0eXAi
    literal = eyJraWQi
    literal = eyJlbmMi
    literal = eyJjdHki
    literal = eyJ4NXQ
    secret = yes
    pattern = (?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,2000}+\.(eyJ[A-Za-z0-9_-]{8,8000}+\.[A-Za-z0-9_-]{16,1000}+)

    [connection-string]
    title = Connection string with a password
    severity = high
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1552/001/
    literal = postgres://
    literal = postgresql://
    literal = mysql://
    literal = mariadb://
    literal = mongodb://
    literal = mongodb+srv://
    literal = redis://
    literal = rediss://
    literal = amqp://
    literal = amqps://
    literal = sqlserver://
    literal = clickhouse://
    literal = ldap://
    literal = ldaps://
    literal = smtp://
    literal = smtps://
    literal = ftp://
    literal = http://
    literal = https://
    secret = yes
    pattern = (?<![A-Za-z0-9])(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|sqlserver|clickhouse|ldaps?|smtps?|s?ftp|https?)://[^\s:/@"'<>]{0,128}+:([^\s/@"'<>]{1,256}+)@[A-Za-z0-9\[]

    [password-field]
    title = Password in data source settings
    severity = medium
    where = key value aux function
    reference = https://attack.mitre.org/techniques/T1552/001/
    literal = Password=
    literal = Pwd=
    literal = password=
    secret = yes
    pattern = (?i:\b(?:server|host|data source|user id|uid|user|username)[ \t]{0,2}=[^;\r\n]{1,128}+;[^\r\n]{0,300}?\b(?:password|pwd)[ \t]{0,2}=)([^;\s"']{1,128})

    [card-number]
    title = Payment card number
    severity = high
    where = key value aux function
    reference = https://www.pcisecuritystandards.org/
    digits = 15
    check = luhn
    secret = yes
    pattern = (?<![0-9A-Za-z_.+/=-])(?|((?:4[0-9]{3}|5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720|6011|64[4-9][0-9]|65[0-9]{2}|62[0-9]{2}|35[2-8][0-9])([ -]?)[0-9]{4}\2[0-9]{4}\2)[0-9]{4}|(3[47][0-9]{2}([ -]?)[0-9]{6}\2[0-9])[0-9]{4})(?![0-9A-Za-z_+/=-]|\.[0-9])

    [iban]
    title = Bank account number (IBAN)
    severity = medium
    where = key value aux function
    reference = https://www.iso.org/standard/81090.html
    digits = 10
    check = iban
    secret = yes
    pattern = (?<![0-9A-Za-z_+/=-])(?:A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|H[RU]|I[ELQST]|JO|K[WZ]|L[BCITUVY]|M[CDEKNRTU]|N[ILO]|OM|P[KLST]|QA|R[OSU]|S[ACDEIKMOTV]|T[LNR]|UA|V[AG]|XK|YE)[0-9]{2}((?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?)(?![0-9A-Za-z_+/=-])
    """#
}
