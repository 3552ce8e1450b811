/// A lesson with a step of every kind, for tests of what is done with lessons.
package let smallLesson = """
  ---
  title: A small lesson
  deck: d
  places: 2
  minutes: 3
  ---
  # Start

  Let us *begin*.

  ```nabla
  x = [1.0, -0.5]; w = 2     # given
  s = w * x         #=> [2, -1]
  t = s[0] / 3      #=> 0.67
  ```

  ```quiz
  ask: What is t times s, to three decimals?
  answer: t * s
  places: 3
  hints: ["Multiply.", "t is 2/3."]
  slips:
    - when: t + s
      say: You *added*.
  explanation: "It is t · s."
  ```

  ```nabla hide
  k = 3
  ```

  ## More

  ```quiz
  ask: Which sign?
  choices: [plus, minus, none]
  answer: B
  hints: [Look.]
  slips:
    - {when: A, say: "Look at the −0.5."}
  ```

  ```nabla
  u = t * 3         #~> 2.01
  v = u             #!> 3 | misprinted
  ```

  ```try
  w = 3   # then :rerun
  ```
  """
