/// The style of HTML documents.
enum PageStyle {
  /// The SHA-256 of the text in Base64, for the policy of the document; a test compares it.
  static let digest = "I0O69EcPpbas/OKhoIFoII59x/xp4Rd/bVi1Ui90abw="

  static let text = """

    :root{--fg:#1b1f24;--bg:#fff;--soft:#57606a;--line:#d0d7de;--bar:#2f6fb0;--head:#f6f8fa;
    --a:#dbe9f6;--b:#c6dbef;--c:#e6f2e1;--d:#fde8d3;--e:#eadff2;--f:#f6e0e0}
    @media (prefers-color-scheme:dark){:root{--fg:#e6edf3;--bg:#0d1117;--soft:#9aa4af;
    --line:#30363d;--bar:#5fa3e0;--head:#161b22;--a:#16324a;--b:#1d4568;--c:#20402a;--d:#4d3319;
    --e:#3c2c4d;--f:#4d2626}}
    *{box-sizing:border-box}
    html{color-scheme:light dark}
    body{margin:0 auto;max-width:76rem;padding:1rem;color:var(--fg);background:var(--bg);
    font:16px/1.5 system-ui,sans-serif}
    h1{font-size:1.5rem;margin:.5rem 0;overflow-wrap:anywhere}
    h2{font-size:1.2rem;margin:2rem 0 .5rem}
    .verdict{font-size:1.1rem;overflow-wrap:anywhere}
    .numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.75rem;margin:1rem 0}
    .numbers div{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem}
    .numbers dt{color:var(--soft);font-size:.875rem}
    .numbers dd{margin:0;font-size:1.4rem;font-weight:600}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:0;padding:0}
    a{color:var(--bar)}
    .scroll{overflow-x:auto;max-width:100%}
    table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
    th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}
    tbody th{font-weight:400;font-family:ui-monospace,monospace;white-space:normal;overflow-wrap:anywhere;
    min-width:12rem}
    thead th{background:var(--head);position:sticky;top:0}
    thead button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer}
    .n{text-align:right}
    th[aria-sort=ascending] button::after{content:" \\25b2"}
    th[aria-sort=descending] button::after{content:" \\25bc"}
    .b{width:8rem;min-width:5rem}
    .b span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .b svg{display:block;width:100%;height:.6rem}
    .b rect{fill:var(--bar)}
    .icicle{display:block;width:100%;min-width:48rem;height:auto;margin:.5rem 0}
    .icicle g{cursor:pointer}
    .icicle rect{stroke:var(--bg)}
    .icicle text{font:12px ui-monospace,monospace;fill:var(--fg);pointer-events:none}
    .l0 rect{fill:var(--a)}.l1 rect{fill:var(--b)}.l2 rect{fill:var(--c)}.l3 rect{fill:var(--d)}
    .l4 rect{fill:var(--e)}.l5 rect{fill:var(--f)}
    :focus-visible{outline:3px solid var(--bar);outline-offset:2px}
    .icicle g:focus-visible rect{stroke:var(--bar);stroke-width:3}
    .note{color:var(--soft);font-size:.875rem}
    @media print{nav,.zoom{display:none}body{max-width:none;padding:0;font-size:11pt}
    .scroll{overflow:visible}.icicle{min-width:0}section{break-inside:auto}tr{break-inside:avoid}thead th{position:static}}

    """
}
