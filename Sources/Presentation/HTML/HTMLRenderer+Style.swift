extension HTMLRenderer {
  /// Roles look as on a terminal; every color has the contrast that reading needs, on white and on
  /// black.
  static let style = """
    :root { color-scheme: light dark; }
    body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
    main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem; }
    pre, code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
    pre { line-height: 1.35; overflow-x: auto; margin: 0.5rem 0; }
    h1, h2, h3, h4, h5, h6 { line-height: 1.25; }
    blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid #888; }
    table { border-collapse: collapse; margin: 0.75rem 0; }
    th, td { padding: 0.15rem 0.75rem 0.15rem 0; text-align: left; vertical-align: baseline; }
    thead th { border-bottom: 1px solid #888; }
    .right { text-align: right; }
    .center { text-align: center; }
    p.worked { margin: 0.35rem 0 0.35rem 2rem; text-indent: -2rem; line-height: 2; }
    p.worked math { text-indent: 0; }
    p.worked .shape { text-indent: 0; margin-left: 2rem; }
    table.worked { margin: 0.35rem 0 0.35rem 2rem; }
    table.worked th { font-weight: normal; }
    table.worked th, table.worked td { padding: 0.25rem 0.5rem 0.25rem 0; }
    figure { margin: 1rem 0; }
    figcaption { font-size: 0.9rem; color: #5c5c5c; }
    svg { max-width: 100%; height: auto; }
    .name, .prompt, .heading { font-weight: bold; }
    .shape, .comment, .dim { color: #5c5c5c; }
    .formula, .note, code { color: #00606b; }
    .operation, .keyword, .caution { color: #7a1f8a; }
    .string, .good { color: #1b6b2a; }
    .bad { color: #b00020; }
    @media (prefers-color-scheme: dark) {
      .shape, .comment, .dim { color: #b0b0b0; }
      .formula, .note, code { color: #7fd4e0; }
      .operation, .keyword, .caution { color: #e0a0f0; }
      .string, .good { color: #8fd69a; }
      .bad { color: #ff9aa8; }
    }
    @media print { pre { overflow: visible; white-space: pre-wrap; } }

    """
}
