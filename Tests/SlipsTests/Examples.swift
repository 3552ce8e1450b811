import Testing

/// Examples of the catalogue: slip, where, net, question, the right number, the number of the slip.
/// Worked out outside of this program.
struct SlipExample: CustomTestStringConvertible {
  let id: String
  let at: String
  let net: String
  let question: String
  let right: String
  let wrong: String

  var testDescription: String { "\(id) at \(at)" }

  static let all: [SlipExample] = table.split(separator: "\n").map { row in
    let cells = row.split(separator: "|", omittingEmptySubsequences: false).map {
      String(
        $0.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
          .reversed())
    }
    return SlipExample(
      id: cells[0], at: cells[1], net: cells[2], question: cells[3], right: cells[4],
      wrong: cells[5])
  }

  private static let table = """
    activation-slope-missing | h | N1 | ∂E/∂w | 0.01610 | 0.06700
    activation-slope-missing | ŷ | N1 | ∂E/∂w | 0.01610 | 0.06565
    activation-slope-missing | everywhere | N1 | ∂E/∂w | 0.01610 | 0.2733
    operand-swapped | z | N1 | ∂E/∂w | 0.01610 | 0.01342
    factor-missing | z | N1 | ∂E/∂w | 0.01610 | 0.02683
    factor-missing | s | N1 | ∂E/∂w | 0.01610 | -0.02012
    path-missing | w | N5 | ∂E/∂w | -0.07527 | 0.01046
    path-missing | O | N2 | ∂E/∂b1 | [-0.1588, 0.2116] | [-0.07868, 0.1055]
    chain-stopped | h | N1 | ∂E/∂w | 0.01610 | 0.1442
    chain-stopped | z | N1 | ∂E/∂w | 0.01610 | 0.6000
    activation-slope-of-output | h | N1 | ∂E/∂w | 0.01610 | 0.01534
    transpose-missing | Z | N2 | ∂E/∂b1 | [-0.1588, 0.2116] | [-0.1802, 0.2127]
    weight-already-updated | v | N1 | ∂E/∂w | 0.01610 | 0.01559
    activation-slope-wrong | h | N1 | ∂E/∂w | 0.01610 | 0.04299
    activation-slope-wrong | h | N1 | ∂E/∂w | 0.01610 | 0.02689
    sign-flipped | ∂E/∂w | N1 | ∂E/∂w | 0.01610 | -0.01610
    half-missing | E | N1 | ∂E/∂w | 0.01610 | 0.03220
    two-missing | E | N2 | ∂E/∂b1 | [-0.1588, 0.2116] | [-0.07938, 0.1058]
    mean-missing | E | N2 | ∂E/∂b1 | [-0.1588, 0.2116] | [-0.9525, 1.269]
    mean-extra | E | N4 | ∂E/∂b | 11.00 | 2.750
    mean-wrong-count | E | N2 | ∂E/∂b1 | [-0.1588, 0.2116] | [-0.4763, 0.6347]
    target-not-subtracted | p | N3 | ∂E/∂z | [-0.7688, 0.6285, 0.1402] | [0.2312, 0.6285, 0.1402]
    delta-shortcut-misused | ŷ | N1 | ∂E/∂w | 0.01610 | 0.06565
    activation-slope-doubled | p | N3 | ∂E/∂z | [-0.7688, 0.6285, 0.1402] | [-0.1367, 0.1467, 0.01691]
    absolute-for-square | E | N2 | ∂E/∂b1 | [-0.1588, 0.2116] | [-0.2013, 0.2904]
    square-missing | E | N1 | ∂E/∂w | 0.01610 | 0.01414
    root-missing | S | N8 | E | 3.498 | 2.894
    log-base | E | N3 | ∂E/∂z | [-0.7688, 0.6285, 0.1402] | [-1.109, 0.9068, 0.2023]
    update-sign | w - η * ∂E/∂w | N1 | w - η * ∂E/∂w | 0.4952 | 0.5048
    learning-rate-missing | w - η * ∂E/∂w | N1 | w - η * ∂E/∂w | 0.4952 | 0.4839
    gradient-for-update | w - η * ∂E/∂w | N1 | w - η * ∂E/∂w | 0.4952 | 0.01610
    learning-rate-included | ∂E/∂w | N1 | ∂E/∂w | 0.01610 | 0.004829
    update-for-gradient | ∂E/∂w | N1 | ∂E/∂w | 0.01610 | 0.4952
    rounded-steps | ∂E/∂w | N1 | ∂E/∂w | 0.01610 | 0.01609
    entry-sign-flipped | b | N1 | ∂E/∂w | 0.01610 | 0.01639
    input-swapped | z2 | N5 | ∂E/∂w | -0.07527 | 0.07934
    bias-missing | z | N1 | ∂E/∂w | 0.01610 | 0.01628
    activation-missing | h | N1 | ∂E/∂w | 0.01610 | 0.06337
    activation-wrong | h | N1 | ∂E/∂w | 0.01610 | 0.05386
    exponent-sign | h | N1 | ∂E/∂w | 0.01610 | -0.01523
    term-missing | Z | N2 | ∂E/∂b1 | [-0.1588, 0.2116] | [-0.2006, 0.2315]
    complement-missing | m1 | N7 | m1 | 0.2150 | 0.4950
    elementwise-for-matmul | S | N8 | E | 3.498 | 1.765
    initial-state-missing | h0 | N5 | ∂E/∂w | -0.07527 | -0.09469
    softmax-diagonal-only | p | N3 | ∂E/∂z | [-0.7688, 0.6285, 0.1402] | [-0.7688, 0, 0]
    softmax-twice | p | N3 | ∂E/∂z | [-0.7688, 0.6285, 0.1402] | [-0.1978, 0.1811, 0.01670]
    softmax-exp-missing | p | N3 | ∂E/∂z | [-0.7688, 0.6285, 0.1402] | [-0.7143, 0.2857, 0.2857]
    axis-wrong | A | N8 | E | 3.498 | 1.756
    batch-one-sample | Z | N2 | ∂E/∂b1 | [-0.1588, 0.2116] | [-0.09191, 0.1242]
    bias-gradient-with-input | z | N1 | ∂E/∂b | 0.02683 | 0.01610
    kernel-flipped | c | N4 | ∂E/∂b | 11.00 | 22.50
    channels-not-summed | c | N10 | E | 18.76 | 4.689
    padding-ignored | c | N4 | ∂E/∂b | 11.00 | 8.500
    stride-ignored | c | N4 | ∂E/∂b | 11.00 | 92.65
    padding-edge | c | N4 | ∂E/∂b | 11.00 | 21.00
    window-shifted | c | N4 | ∂E/∂b | 11.00 | 34.00
    pool-gradient-shared | m | N4 | ∂E/∂b | 11.00 | 4.500
    pool-gradient-to-all | m | N4 | ∂E/∂b | 11.00 | 18.00
    ddof-wrong | v | N6 | ∂E/∂μ | 2.602 | 2.263
    epsilon-missing | x̂ | N6 | ∂E/∂μ | 2.602 | 2.648
    epsilon-misplaced | x̂ | N6 | ∂E/∂μ | 2.602 | 2.499
    """
}
