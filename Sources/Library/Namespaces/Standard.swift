import Autograd
import Glibc
import Language
import Presentation
import Tensors

// Modules of Python's own that programs of this field import, as far as they are harmless.

extension NamespaceTable {
  static let standard: [NamespaceTable] = [
    time, system, operatingSystem, path, copying, iteration, builtins, collections, functions,
    typing,
    future, warnings, progress, abstract, types, debugger, typingExtensions,
    operators, garbage, strings, enumerations, dataclasses,
  ]

  private static let enumerations = NamespaceTable(
    path: "enum", summary: "classes whose attributes are their only objects",
    constants: ["Enum": { .object(ClassObject.enumeration) }],
    builtins: {
      [
        Builtin(
          "enum.auto", "Stands for the number after the last member's.", examples: ["auto()"]
        ) { _ in .object(NextNumber()) }
      ]
    },
    absent: ["IntEnum": "Enum, and .value for the number", "Flag": "Enum is"])

  private static func words(
    _ path: String, _ names: String, and more: [String: @Sendable () -> Value] = [:]
  ) -> NamespaceTable {
    NamespaceTable(
      path: path, summary: "names that type hints are written with",
      constants: Dictionary(
        uniqueKeysWithValues: names.split(separator: " ").map { name in
          (String(name), word(String(name)))
        }
      ).merging(more) { $1 })
  }

  private static func word(_ name: String) -> @Sendable () -> Value { { .object(TypeForm(name)) } }

  private static let typing = words(
    "typing",
    """
    Any Callable ClassVar Dict Final Generator Generic Iterable Iterator List Literal Mapping \
    MutableMapping NoReturn Optional Sequence Set Text Tuple Type TypeVar Union cast overload
    """, and: ["NamedTuple": { .object(NamedTupleMaker()) }])
  private static let typingExtensions = words(
    "typing_extensions", "Self Literal TypeAlias Protocol")
  private static let future = words(
    "__future__", "annotations division print_function absolute_import unicode_literals")
  private static let types = words("types", "TracebackType FunctionType ModuleType SimpleNamespace")

  private static let time = NamespaceTable(
    path: "time", summary: "the clock",
    builtins: {
      [
        clock("time", "Gives the seconds since 1970.") { Double(Glibc.time(nil)) + fraction },
        clock("perf_counter", "Gives seconds of a clock for measuring.") { monotonic },
        clock("monotonic", "Gives seconds of a clock for measuring.") { monotonic },
        clock("process_time", "Gives seconds of a clock for measuring.") { monotonic },
        clock("clock", "Gives seconds of a clock for measuring.") { monotonic },
        Builtin(
          "time.sleep", "Waits; of no effect here.", examples: ["sleep(1)"],
          parameters: [Parameter("seconds", .real, "how long")]
        ) { _ in .none },
      ]
    },
    absent: ["strftime": "time.time() gives the seconds", "ctime": "time.time() gives the seconds"])

  private static var monotonic: Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  private static var fraction: Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_nsec) / 1e9
  }

  private static func clock(
    _ name: String, _ summary: String, _ read: @escaping @Sendable () -> Double
  ) -> Builtin {
    Builtin(
      "time." + name, summary, examples: [Example(stringLiteral: "\(name)() > 0  # True")]
    ) { _ in .number(read()) }
  }

  private static let system = NamespaceTable(
    path: "sys", summary: "the program's surroundings",
    constants: [
      "maxsize": { .integer(Int.max) }, "stdout": { .object(StandardOutput()) },
      "stderr": { .object(StandardOutput()) }, "version": { .string("nabla") },
      "argv": { .list(List([.string("nabla")])) }, "path": { .list(List()) },
    ],
    builtins: {
      [
        Builtin(
          "sys.setrecursionlimit", "Of no effect: what fits on the stack is measured.",
          examples: ["setrecursionlimit(1000)"],
          parameters: [Parameter("limit", .integer, "how deep")]
        ) { _ in .none }
      ]
    },
    absent: [
      "exit": "a program ends with its last line", "stdin": "write the numbers as x = [1, 2]",
    ])

  /// The counterpart of whatever reads or writes a file.
  static let noFiles = "no files are read or written here; numbers are typed in or pasted"

  private static func withoutFiles(_ names: String) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: names.split(separator: " ").map { (String($0), noFiles) })
  }

  private static let operatingSystem = NamespaceTable(
    path: "os", summary: "nothing of the operating system is here",
    constants: ["environ": { .none }, "sep": { .string("/") }],
    modules: ["path": "os.path"],
    absent: withoutFiles(
      "makedirs mkdir listdir remove system walk getcwd getenv"))

  private static let path = NamespaceTable(
    path: "os.path", summary: "names of files",
    builtins: {
      [
        Builtin(
          "os.path.join", "Joins parts of a file's name.",
          examples: ["join(\"a\", \"b\")  # \"a/b\""],
          parameters: [Parameter("parts", .any, variadic: true, "the parts")]
        ) { call in
          .string(call.variadic(0).map { call.evaluator.text(of: $0) }.joined(separator: "/"))
        }
      ]
    },
    absent: withoutFiles(
      "exists isfile isdir dirname abspath basename realpath expanduser"))

  private static let copying = NamespaceTable(
    path: "copy", summary: "copies",
    builtins: { ["copy", "deepcopy"].map(copy) })

  private static func copy(_ name: String) -> Builtin {
    Builtin(
      "copy." + name, "Gives another thing with the same contents.",
      examples: [Example(stringLiteral: "\(name)([1, 2])  # [1, 2]")],
      parameters: [Parameter("x", .any, "a list, a tensor or a model")]
    ) { call in
      var copying = Copying(call, isDeep: name == "deepcopy")
      return try copying.copy(call[0])
    }
  }

  private static let garbage = NamespaceTable(
    path: "gc", summary: "memory is given back by itself",
    builtins: {
      [
        Builtin("gc.collect", "Of no effect here.", examples: ["collect()  # 0"]) { _ in .integer(0)
        }
      ]
    })

  private static let strings = NamespaceTable(
    path: "string", summary: "characters",
    constants: [
      "ascii_lowercase": { .string("abcdefghijklmnopqrstuvwxyz") },
      "ascii_uppercase": { .string("ABCDEFGHIJKLMNOPQRSTUVWXYZ") },
      "ascii_letters": { .string("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") },
      "digits": { .string("0123456789") },
      "punctuation": { .string("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") },
    ])

  private static let warnings = NamespaceTable(
    path: "warnings", summary: "of no effect",
    builtins: {
      ["filterwarnings", "simplefilter", "warn"].map { name in
        Builtin(
          "warnings." + name, "Of no effect here.",
          examples: [Example(stringLiteral: "\(name)(\"ignore\")")],
          parameters: [
            Parameter("action", .any, "of no effect"),
            Parameter("more", .any, default: Attribute.none, variadic: true, "of no effect"),
            Parameter("category", .any, default: Attribute.none, keywordOnly: true, "of no effect"),
          ]
        ) { _ in .none }
      }
    })

  private static let progress = NamespaceTable(
    path: "tqdm", summary: "loops run as they are",
    builtins: { ["tqdm", "trange"].map(loop) }, modules: ["auto": "tqdm", "notebook": "tqdm"])

  private static func loop(_ name: String) -> Builtin {
    Builtin(
      "tqdm." + name, "Gives what a loop goes through, without a bar.",
      examples: [Example(stringLiteral: "len(\(name)(range(3)))  # 3")],
      parameters: [Parameter("iterable", .any, "what is gone through")]
        + ["desc", "total", "leave", "disable", "unit", "ncols"].map {
          .idle($0)
        }
    ) { call in
      if name == "trange", let count = call[0].integer {
        return .range(IntegerRange(start: 0, stop: count))
      }
      return call[0]
    }
  }

  private static let iteration = NamespaceTable(
    path: "itertools", summary: "combinations of elements",
    builtins: { combining },
    definitions: { PackageResources.itertools_nabla }, definitionsTakeAnything: true,
    absent: [
      "groupby": "a dictionary: groups.setdefault(key, []).append(x)",
      "tee": "xs = list(x), and go through xs twice",
      "compress": "[x for x, s in zip(xs, keep) if s]",
      "batched": "[x[i:i + n] for i in range(0, len(x), n)]",
      "combinations_with_replacement": "[(a, b) for a in x for b in x]",
    ])

  /// Python's own names, where a program imports them to be sure of them.
  private static let builtins = NamespaceTable(
    path: "builtins", summary: "what is there from the start",
    same: """
      abs all any bool dict enumerate filter float int isinstance len list map max min next object \
      print range round set sorted str sum super tuple type zip
      """)

  private static let collections = NamespaceTable(
    path: "collections", summary: "dictionaries", same: "defaultdict Counter",
    renamed: ["OrderedDict": "dict"],
    builtins: { [Library.namedTuple("collections.namedtuple"), Deque.maker] },
    absent: ["ChainMap": "{**defaults, **d}", "UserDict": "a class with __getitem__"])

  private static let functions = NamespaceTable(
    path: "functools", summary: "functions of functions",
    builtins: {
      [
        Builtin(
          "functools.reduce", "Joins elements one after another by a function of two.",
          examples: ["reduce(lambda a, b: a * b, [2, 3, 4])  # 24"],
          parameters: [
            Parameter("function", .function, "a function of two"),
            Parameter("sequence", .any, "the elements"),
            Parameter("initial", .any, default: Attribute.none, "what comes first"),
          ]
        ) { call in
          var items = try call.items(1)
          if call.isGiven(2) { items.insert(call[2], at: 0) }
          guard var result = items.first else {
            throw call.fail(1, "bad-argument", "there is nothing to join")
          }
          for item in items.dropFirst() {
            result = try call.evaluator.call(call[0], [result, item], at: call.span)
          }
          return result
        }
      ]
    },
    definitions: { PackageResources.functools_nabla }, definitionsTakeAnything: true,
    absent: [
      "lru_cache": "leave it away", "cache": "leave it away", "wraps": "leave it away",
      "singledispatch": "if isinstance(x, str): …", "cached_property": "@property",
    ])

  private static let operators = NamespaceTable(
    path: "operator", summary: "operators as functions",
    renamed: [
      "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "neg": "negate",
    ])

  private static let debugger = NamespaceTable(
    path: "pdb", summary: "the shell itself shows every quantity",
    builtins: {
      [Builtin("pdb.set_trace", "Of no effect here.", examples: ["set_trace()"]) { _ in .none }]
    })

  private static let abstract = NamespaceTable(
    path: "abc", summary: "of no effect", constants: ["ABC": { .object(ClassObject.object) }],
    builtins: {
      [
        Builtin(
          "abc.abstractmethod", "Gives the method back.", examples: ["abstractmethod(3)  # 3"],
          parameters: [Parameter("method", .any, "a method")]
        ) { call in call[0] }
      ]
    })

  private static let combining: [Builtin] = [
    Builtin(
      "itertools.product", "Pairs every element with every other one.",
      examples: ["len(list(product([1, 2], [3, 4])))  # 4"],
      parameters: [
        Parameter("sequences", .any, variadic: true, "the sequences"),
        Parameter("repeat", .integer, default: .integer(1), keywordOnly: true, "how often"),
      ]
    ) { call in
      let once = try call.variadic(0).map { try call.evaluator.items(of: $0, at: call.span) }
      let times = try call.integer(1)
      let columns = (0..<max(times, 0)).flatMap { _ in once }
      let total = columns.reduce(1) { Swift.min($0 * max($1.count, 1), 10_000_001) }
      guard total <= 10_000_000 else { throw call.fail(0, "too-long", "these are too many pairs") }
      try Memory.make(total, of: 2 * (64 + columns.count * MemoryLayout<Value>.stride))
      var rows: [[Value]] = [[]]
      for column in columns {
        rows = Poll.each(rows).flatMap { row in
          Poll.each(column, steps: 64).map { row + [$0] }
        }
      }
      return .object(ElementIterator(try Poll.map(rows) { .tuple($0) }))
    },
    Builtin(
      "itertools.combinations", "Picks every set of k elements.",
      examples: ["len(list(combinations([1, 2, 3], 2)))  # 3"],
      parameters: [
        Parameter("sequence", .any, "the elements"), Parameter("k", .integer, "how many"),
      ]
    ) { call in
      let items = try call.items(0)
      let size = max(try call.integer(1), 0)
      guard size <= items.count else { return .object(ElementIterator([])) }
      var total = 1.0
      for index in 0..<min(size, items.count - size) where total <= 1e7 {
        total *= Double(items.count - index) / Double(index + 1)
      }
      guard total <= 1e7 else { throw call.fail(0, "too-long", "these are too many") }
      try Memory.make(Int(total), of: 64 + size * MemoryLayout<Value>.stride)
      return .object(ElementIterator(try combinations(of: items, size)))
    },
  ]

  /// Every choice of so many elements, in the order of their places.
  private static func combinations(of items: [Value], _ size: Int) throws -> [Value] {
    var places = Array(0..<size)
    var rows: [Value] = []
    while true {
      try Poll.check(spending: 64 + 8 * size)
      rows.append(.tuple(places.map { items[$0] }))
      let free = places.indices.last { places[$0] < items.count - size + $0 }
      guard let free else { return rows }
      places[free] += 1
      for later in (free + 1)..<max(size, free + 1) { places[later] = places[later - 1] + 1 }
    }
  }
}

/// `sys.stdout`
final class StandardOutput: LanguageObject {
  var summary: String { "the output" }
  var attributeNames: [String] { ["write", "flush"] }
  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "write": .builtin(Self.write)
    case "flush": .builtin(Self.flush)
    default: nil
    }
  }

  private static let write = Builtin(
    "write", "Prints a text.", parameters: [Parameter("text", .string, "the text")]
  ) { call in
    guard let print = call.evaluator.environment.libraryValue(Symbol("print")) else { return .none }
    _ = try call.evaluator.call(print, [call[0]], names: [("end", .string(""))], at: call.span)
    return .integer(try call.string(0).count)
  }
  private static let flush = Builtin("flush", "Of no effect here.") { _ in .none }
}

/// `List`, `Callable` and their kin: what type hints are written with. `List[float]` is one again.
final class TypeForm: DynamicObject {
  private let name: String
  init(_ name: String) { self.name = name }

  var summary: String { name }
  var typeName: String { "type" }
  var attributeNames: [String] { [] }
  var isCallable: Bool { true }
  func truth(_ site: Site) -> Bool { true }
  func item(_ key: Value, _ site: Site) -> Value? { .object(self) }
  func call(_ arguments: Arguments, _ site: Site) -> Value? { .object(self) }
}
