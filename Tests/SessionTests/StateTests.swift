import Language
import TestSupport
import Testing

/// Whoever goes back to a state and on from it sees, to the last bit, what was seen before.
struct StateTests {
  @Test(arguments: (UInt64(1)...200).sampled(every: 5))
  func goingOnFromAnyStateGivesTheSame(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let transcript = try ExactTranscript()
    let inputs = RandomInputs.program(24, using: &generator)
    var states: [State] = []
    var said: [String] = []
    for input in inputs {
      states.append(transcript.evaluator.state)
      said.append(transcript.say(input))
    }
    for _ in 0..<3 {
      let start = Int.random(in: inputs.indices, using: &generator)
      transcript.evaluator.restore(states[start])
      // What is done on another way from there must not be seen on this one.
      for input in RandomInputs.program(6, using: &generator) { _ = transcript.say(input) }
      transcript.evaluator.restore(states[start])
      for position in start..<inputs.count {
        let again = transcript.say(inputs[position])
        try #require(again == said[position], "\(inputs[...position]) from \(start)")
      }
    }
  }
}
