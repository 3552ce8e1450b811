import ArgumentParser
import Session

/// `nabla release ASSIGNMENT [--student ID | --roster CSV] [--out DIR]`.
struct ReleaseHomework: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract:
      "Write what a student gets of a homework: the questions, that student's numbers, no answers.",
    discussion: """
      Of a homework whose numbers differ, name the student, or the class with --roster: a CSV file \
      with a column 'student' and perhaps 'variant'. Without that column the id draws the numbers.
      """)

  @Argument(help: "A homework: its file, its name or its id.", completion: .file())
  var assignment: String

  @Option(help: "A student's id, which draws the numbers.")
  var student: String?

  @Option(help: "A CSV file of the class, for a file each.", completion: .file())
  var roster: String?

  @Option(
    help: "The folder for the files; without it one release is printed.", completion: .directory)
  var out: String?

  @Flag(help: "Replace files that are there already.")
  var force = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if student != nil, roster != nil {
      throw ValidationError("'--student' and '--roster' exclude each other.")
    }
    if roster != nil, out == nil { throw ValidationError("'--roster' needs '--out DIR'.") }
  }

  func run() throws {
    try App(output, interactive: false).release(self).exitIfNeeded()
  }
}

/// `nabla grade ASSIGNMENT PATH…`.
struct GradeHomework: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract: "Grade what was handed in to a homework: one file or a whole class.",
    discussion: """
      A submission is the released file with its answer blocks filled, or a script of 'q1 = …' lines. \
      The 'student:' line says whose it is, or else the name of the file. Files of the same name in \
      several folders are one student's attempts, in the order of the folders.

      With --out, a folder gets everything: feedback for each student (.txt, .md, .html), grades.csv \
      (long), gradebook.csv (wide), grades.jsonl, class.txt and class.html.

      Exit codes: 0 everybody has all points, 1 somebody has not, 2 the input is wrong.
      """)

  @Argument(help: "A homework: its file, its name or its id.", completion: .file())
  var assignment: String

  @Argument(help: "Submissions, or folders of them.", completion: .file())
  var paths: [String]

  @Option(help: "A CSV file of the class: student, and perhaps variant.", completion: .file())
  var roster: String?

  @Option(help: "text, csv (a row an answer), wide (a row a student), json or gradescope.")
  var format: GradeFormat = .text

  @Option(help: "The folder for feedback and tables.", completion: .directory)
  var out: String?

  @Option(
    help:
      "A gradebook that Canvas, Moodle or another LMS exported; printed with its column filled.",
    completion: .file())
  var into: String?

  @Option(help: "The column of the gradebook; without it the one called as the homework.")
  var column: String?

  @Option(help: "An earlier result in JSON: who moved since, and why.", completion: .file())
  var regrade: String?

  @Option(help: "How many processes grade at a time.")
  var jobs = 2

  @Flag(help: "Replace files that are there already.")
  var force = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...64).contains(jobs) else {
      throw ValidationError("'--jobs' must be from 1 to 64, not \(jobs).")
    }
    if column != nil, into == nil { throw ValidationError("'--column' belongs to '--into'.") }
  }

  func run() throws {
    try App(output, interactive: false).grade(self).exitIfNeeded()
  }
}

enum GradeFormat: String, ExpressibleByArgument, CaseIterable {
  case text, csv, wide, json, gradescope
}

/// `nabla new lesson|homework NAME`.
struct NewFile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Begin a lesson or a homework: a file that passes 'nabla check' as it stands.")

  @Argument(help: "lesson or homework.")
  var kind: Scaffold

  @Argument(help: "Its name: NAME.md is made in the current folder.")
  var name: String

  @Flag(help: "Replace a file that is there already.")
  var force = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    try App(output, interactive: false).begin(kind, named: name, replacing: force).exitIfNeeded()
  }
}

extension Scaffold: ExpressibleByArgument {}
