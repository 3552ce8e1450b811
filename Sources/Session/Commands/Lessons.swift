import Autograd
import Language
import Lessons
import Library
import Presentation

extension Command {
  static let lessons: [Command] = [
    Command("lessons", "Lists the lessons by deck, with your progress.", examples: [":lessons"]) {
      session, _ in
      session.listLessons(asJSON: false)
    },
    Command(
      "learn", "Steps through a lesson; without a name, continues where you stopped.",
      parameters: [Parameter("lesson", .string, default: Attribute.none, "its name or part of it")],
      examples: [":learn", ":learn backprop"], takesRest: true, completion: .lessons
    ) { session, arguments in session.learn(arguments.string("lesson")) },
  ]
}

extension Session {
  package var isInLesson: Bool { lesson != nil }

  var lessonNames: [String] { (try? lessonCatalogue())?.lessons.map(\.slug) ?? [] }

  /// A context for a lesson, with the session's library and format: it shows where the session
  /// shows, and writes nothing.
  private func lessonContext() -> EvaluationContext {
    own.context.pristine(output: Output { [weak self] in self?.show($0, as: .statements) })
  }

  /// Steps into a lesson: one named, a file, or the one the student should go on with.
  package func learn(_ name: String?) -> Response {
    do {
      let store = ProgressStore(host: host)
      guard let chosen = try name.map(lesson) ?? nextLesson(store) else {
        return listLessons(asJSON: false)
      }
      return begin(chosen, store)
    } catch {
      return .failure(Session.diagnostics(of: error))
    }
  }

  private func begin(_ chosen: Lesson, _ store: ProgressStore) -> Response {
    let (progress, notices) = store.read(chosen.name)
    let begun = LessonSession(chosen, in: lessonContext(), store: store, progress: progress)
    lesson = begun
    var response = begun.start()
    response.diagnostics = notices + response.diagnostics
    return response
  }

  /// The one the student was in last, or else the first that is not finished.
  private func nextLesson(_ store: ProgressStore) throws -> Lesson? {
    let catalogue = try lessonCatalogue()
    let last = catalogue.lessons.first {
      $0.name == store.last && store.read($0.name).progress?.isFinished != true
    }
    return last ?? catalogue.next(after: { store.read($0).progress })
  }

  /// The lesson of a name, or in a file, which needs no folder of lessons.
  private func lesson(named name: String) throws -> Lesson {
    guard name.hasSuffix(".md") else { return try lessonCatalogue().lesson(named: name) }
    return try Lesson(
      parsing: SourceText(name: name, text: try text(of: host.read(name), path: name)))
  }

  /// All lessons in the folder of lessons.
  private func lessonCatalogue() throws -> LessonCatalogue {
    var sources: [SourceText] = []
    var unreadable: [(path: String, error: LessonError)] = []
    for file in try host.list(lessonsFolder()) where file.path.isLesson {
      do throws(FileProblem) {
        if let problem = file.problem { throw problem }
        let text = try text(of: host.read(file.path), path: file.path)
        sources.append(SourceText(name: file.path, text: text))
      } catch {
        unreadable.append((file.path, LessonError([error.diagnostic("read")])))
      }
    }
    return LessonCatalogue(sources, unreadable: unreadable)
  }

  func lessonsFolder() throws(Diagnostic) -> String {
    guard let folder = host.lessonsDirectory else {
      throw Diagnostic(
        "no-lessons", "the folder with the lessons was not found",
        helps: ["start nabla in the project's folder, or set NABLA_LESSONS to the folder"])
    }
    return folder
  }

  /// `nabla lessons`: the lessons by deck, with progress.
  package func listLessons(asJSON: Bool) -> Response {
    do {
      let catalogue = try lessonCatalogue()
      let store = ProgressStore(host: host)
      let progress = { (name: String) in store.read(name).progress }
      if asJSON {
        emit(catalogue.json(progress: progress))
        return Response()
      }
      var document = catalogue.document(progress: progress)
      document.append(.paragraph("Begin with: nabla learn NAME, or :learn NAME in the shell."))
      return Response(document, outcome: catalogue.malformed.isEmpty ? .fine : .wrong)
    } catch {
      return .failure(Session.diagnostics(of: error))
    }
  }
}
