"""Where a C source can be changed, found in what clang parsed, and the source with all changes in it, each
behind a switch."""
import re

from clang.cindex import CursorKind as Kind, Index, StorageClass, TypeKind

RELATIONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "&"}
POINTERS = (TypeKind.POINTER, TypeKind.CONSTANTARRAY, TypeKind.INCOMPLETEARRAY)
FLOATS = (TypeKind.FLOAT, TypeKind.DOUBLE, TypeKind.LONGDOUBLE)
INTEGERS = (TypeKind.BOOL, TypeKind.ENUM, TypeKind.CHAR_S, TypeKind.SCHAR, TypeKind.UCHAR, TypeKind.SHORT,
            TypeKind.USHORT, TypeKind.INT, TypeKind.UINT, TypeKind.LONG, TypeKind.ULONG, TypeKind.LONGLONG,
            TypeKind.ULONGLONG)
STATEMENTS = (Kind.CALL_EXPR, Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR, Kind.UNARY_OPERATOR,
              Kind.CSTYLE_CAST_EXPR)
# Asserts are for misuse only, and what they hold no test can turn.
UNTOUCHED = re.compile(r"(assert|REFD__ALWAYS|REFD__NEVER|offsetof|va_start|va_end)\s*\(")


class Mutant:
    """One change: in `source`, bytes start to end become `text`."""

    def __init__(self, source, function, start, end, text, what):
        self.source, self.function, self.start, self.end, self.text = source, function, start, end, text
        first = source.text.rfind("\n", 0, start) + 1
        self.number = source.text.count("\n", 0, start) + 1
        self.line = " ".join(source.text[first:source.text.find("\n", start)].split())
        self.what = what
        self.nth = 1
        self.id = 0

    def name(self):
        """Holds while other lines change: file, function, text of the line, change, and which of its kind."""
        nth = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.source.path} {self.function}: {self.line} : {self.what}{nth}"


class Source:
    """A file with its mutants."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.changes = {}  # (start, end): [Mutant]
        self.conditions = set()  # ranges of which only the truth counts
        self.whole = {}  # ranges that are statements: the word, or "" for an expression

    def alone(self, mutant):
        """The source with this one change."""
        return self.text[:mutant.start] + mutant.text + self.text[mutant.end:]

    def switched(self):
        """The source with every change behind a switch."""
        ranges = sorted(self.changes, key=lambda r: (r[0], -r[1]))
        pieces, at = self.render(ranges, 0, 0, len(self.text))
        assert at == len(ranges)
        return pieces

    def render(self, ranges, at, start, end):
        """The text from start to end; ranges[at:] begin there. Returns it and the first range behind."""
        out, position = [], start
        while at < len(ranges) and ranges[at][0] < end:
            inner = ranges[at]
            assert inner[1] <= end, (self.path, inner, self.text[inner[0]:inner[1]])
            body, following = self.render(ranges, at + 1, *inner)
            out.append(self.text[position:inner[0]] + self.wrap(inner, body))
            at, position = following, inner[1]
        out.append(self.text[position:end])
        return "".join(out), at

    def wrap(self, place, body):
        mutants = self.changes[place]
        word = self.whole.get(place)
        if word:
            return "{ if (!REFD_MUTANT(%d)) %s }" % (mutants[0].id, body)
        if place in self.conditions:
            body = f"!!({body})"
        elif word == "":
            body = f"(void)({body})"
        alternatives = "".join(
            f"REFD_MUTANT({m.id}) ? {'(void)' if word == '' else ''}({m.text}) : " for m in mutants)
        return f"({alternatives}({body}))"


def is_pointer(cursor):
    return cursor.type.get_canonical().kind in POINTERS


def bare(cursor):
    """Without what clang wraps around: conversions and parentheses."""
    while cursor.kind in (Kind.UNEXPOSED_EXPR, Kind.PAREN_EXPR):
        children = list(cursor.get_children())
        if len(children) != 1:
            break
        cursor = children[0]
    return cursor


class Finder:
    """Walks through one function."""

    def __init__(self, source, function):
        self.source, self.function = source, function.spelling
        self.returns = function.result_type

    def range_of(self, cursor):
        return cursor.extent.start.offset, cursor.extent.end.offset

    def text_of(self, cursor):
        start, end = self.range_of(cursor)
        return self.source.text[start:end]

    def operator(self, left, right):
        """What stands between two operands; nothing if they come out of one macro."""
        between = self.source.text[self.range_of(left)[1]:self.range_of(right)[0]]
        return re.sub(r"/\*.*?\*/", "", between, flags=re.S).strip()

    def add(self, place, text, what):
        mutants = self.source.changes.setdefault(place, [])
        if text not in [m.text for m in mutants]:
            mutants.append(Mutant(self.source, self.function, *place, text, what))

    def change(self, cursor, text, what):
        if self.text_of(cursor):
            self.add(self.range_of(cursor), text, what)

    def shown(self, cursor):
        text = " ".join(self.text_of(cursor).split())
        return text if len(text) <= 60 else text[:57] + "..."

    def replace(self, cursor, text):
        self.change(cursor, text, f"{self.shown(cursor)} -> {text}")

    def condition(self, cursor):
        """Something that decides: each of its parts is forced."""
        inner = bare(cursor)
        if not self.text_of(inner):
            return
        if inner.kind == Kind.BINARY_OPERATOR:
            left, right = inner.get_children()
            if self.operator(left, right) in ("&&", "||"):
                return  # its operands are seen to when it is met
        if inner.kind == Kind.INTEGER_LITERAL:
            return
        self.source.conditions.add(self.range_of(inner))
        self.replace(inner, "1")
        self.replace(inner, "0")

    def statement(self, cursor):
        start, end = self.range_of(cursor)
        if cursor.kind in (Kind.CONTINUE_STMT, Kind.BREAK_STMT):
            end = self.source.text.index(";", end) + 1
            self.source.whole[start, end] = self.source.text[start:end]
            self.add((start, end), ";", f"{self.text_of(cursor)} deleted")
        elif cursor.kind in STATEMENTS and not UNTOUCHED.match(self.text_of(cursor)):
            self.source.whole[start, end] = ""
            self.add((start, end), "(void)0", f"{self.shown(cursor)} deleted")

    def nothing_of(self, kind):
        """The zero of a type, or None."""
        canonical = kind.get_canonical()
        if canonical.kind == TypeKind.RECORD:
            return "(%s){ 0 }" % re.sub(r"\bconst\b ?", "", kind.spelling)
        if canonical.kind == TypeKind.POINTER:
            return "NULL"
        return "0" if canonical.kind in INTEGERS + FLOATS else None

    def clear(self, cursor, kind):
        """A value is left out. What changes it otherwise already covers that."""
        inner = bare(cursor)
        text = self.text_of(inner)
        nothing = self.nothing_of(kind)
        if inner.kind in (Kind.INTEGER_LITERAL, Kind.INIT_LIST_EXPR, Kind.CXX_UNARY_EXPR) or text in ("NULL", "false", "true", ""):
            return
        if inner.kind == Kind.BINARY_OPERATOR and kind.get_canonical().kind == TypeKind.BOOL:
            return
        if nothing and text != "REFD_OK":
            self.replace(inner, nothing)

    def for_parts(self, cursor):
        """The first three parts of a `for` by their names, and its body."""
        children = list(cursor.get_children())
        parts = {"body": children.pop()}
        text, start = self.source.text, self.range_of(cursor)[0]
        first = text.index(";", text.index("(", start))
        for child in children:
            if child.extent.start.offset < first:
                parts["first"] = child
        second = text.index(";", first + 1)
        for child in children:
            if first < child.extent.start.offset < second:
                parts["condition"] = child
            elif child.extent.start.offset > second:
                parts["next"] = child
        return parts

    def number(self, cursor, parent):
        text = self.text_of(cursor)
        if text in ("true", "false"):
            self.replace(cursor, "false" if text == "true" else "true")
        elif text and text != "NULL" and not (parent and self.range_of(parent) == self.range_of(cursor)):
            self.replace(cursor, f"{text} + 1")
            if not re.fullmatch(r"0[uUlL]*|0\.0*", text):
                self.replace(cursor, f"{text} - 1")

    def binary(self, cursor):
        left, right = cursor.get_children()
        sign = self.operator(left, right)
        operands = self.text_of(left), self.text_of(right)
        if sign in ("&&", "||"):
            self.change(cursor, (" || " if sign == "&&" else " && ").join(operands), f"{sign} -> {'||' if sign == '&&' else '&&'}")
            self.condition(left)
            self.condition(right)
        elif sign in RELATIONS:
            for other in RELATIONS[sign]:
                self.change(cursor, f"{operands[0]} {other} {operands[1]}", f"{sign} -> {other}")
            self.condition(cursor)
        elif sign in ARITHMETIC and not (is_pointer(left) and is_pointer(right)) and not (
                sign == "+" and is_pointer(right)):
            self.change(cursor, f"({operands[0]}) {ARITHMETIC[sign]} ({operands[1]})", f"{sign} -> {ARITHMETIC[sign]}")

    def compound(self, cursor):
        left, right = cursor.get_children()
        sign = self.operator(left, right)
        other = ARITHMETIC[sign[:-1]]
        self.change(cursor, f"{self.text_of(left)} {other}= {self.text_of(right)}", f"{sign} -> {other}=")

    def unary(self, cursor):
        operand, = cursor.get_children()
        text, inner = self.text_of(cursor), self.text_of(operand)
        if text.startswith(("++", "--")) or text.endswith(("++", "--")):
            sign = "++" if "++" in (text[:2], text[-2:]) else "--"
            other = "--" if sign == "++" else "++"
            self.change(cursor, text.replace(sign, other), f"{sign} -> {other}")
        elif text[:1] in ("-", "~"):
            self.change(cursor, inner, f"{text[0]} left out")
        elif text[:1] == "!" and text != "":
            self.change(cursor, f"!!({inner})", "! left out")
            self.source.conditions.add(self.range_of(cursor))

    def given_back(self, cursor):
        children = list(cursor.get_children())
        if not children:
            return
        value = bare(children[0])
        kind = self.returns.get_canonical().kind
        if kind == TypeKind.BOOL and value.kind in (Kind.CALL_EXPR, Kind.DECL_REF_EXPR, Kind.MEMBER_REF_EXPR):
            self.replace(value, "1")
            self.replace(value, "0")
            return
        self.clear(children[0], self.returns)
        if kind in INTEGERS and kind not in (TypeKind.BOOL, TypeKind.ENUM) and value.kind in (
                Kind.CALL_EXPR, Kind.DECL_REF_EXPR, Kind.MEMBER_REF_EXPR):
            self.replace(value, f"{self.text_of(value)} + 1")

    def walk(self, cursor, parent=None):
        kind = cursor.kind
        text = self.text_of(cursor)
        children = list(cursor.get_children())
        if kind in (Kind.CXX_UNARY_EXPR, Kind.STATIC_ASSERT, Kind.TYPE_REF) or UNTOUCHED.match(text):
            return
        if kind == Kind.VAR_DECL:
            if cursor.storage_class == StorageClass.STATIC or "=" not in text:
                return
            if cursor.type.get_canonical().kind in INTEGERS + FLOATS:
                self.clear(children[-1], cursor.type)
            self.walk(children[-1], cursor)
            return
        if kind == Kind.COMPOUND_STMT:
            for child in children:
                self.statement(child)
        elif kind == Kind.IF_STMT:
            self.condition(children[0])
            for child in children[1:]:
                self.statement(child)
        elif kind == Kind.WHILE_STMT:
            self.condition(children[0])
            self.statement(children[1])
        elif kind == Kind.DO_STMT:
            self.condition(children[1])
        elif kind == Kind.FOR_STMT:
            parts = self.for_parts(cursor)
            if "condition" in parts:
                self.condition(parts["condition"])
            self.statement(parts["body"])
            if "next" in parts:
                self.statement(parts["next"])
        elif kind == Kind.CONDITIONAL_OPERATOR:
            self.condition(children[0])
        elif kind == Kind.RETURN_STMT:
            self.given_back(cursor)
        elif kind == Kind.BINARY_OPERATOR and text:
            self.binary(cursor)
        elif kind == Kind.COMPOUND_ASSIGNMENT_OPERATOR:
            self.compound(cursor)
        elif kind == Kind.UNARY_OPERATOR and text:
            self.unary(cursor)
        elif kind in (Kind.INTEGER_LITERAL, Kind.FLOATING_LITERAL, Kind.CHARACTER_LITERAL):
            self.number(cursor, parent)
        elif kind == Kind.DECL_REF_EXPR and cursor.referenced.kind == Kind.ENUM_CONSTANT_DECL:
            self.replace(cursor, f"{text} + 1")
        elif kind == Kind.INIT_LIST_EXPR:
            if re.fullmatch(r"\{\s*0\s*\}", text):
                return
            for child in children:
                inner = list(child.get_children())
                if inner and inner[0].kind == Kind.MEMBER_REF:
                    child = inner[-1]
                self.clear(child, child.type)
        for child in children:
            self.walk(child, cursor)


def find(paths, root, arguments):
    """The sources of `paths`, relative to root, and of the headers among them, with their mutants."""
    sources = {}
    for path in paths:
        text = (root / path).read_bytes().decode("latin-1")  # an offset is a byte
        sources[path] = Source(path, text)
    done = set()
    for path in paths:
        if not path.endswith(".c"):
            continue
        unit = Index.create().parse(str(root / path), args=arguments)
        faults = [str(d) for d in unit.diagnostics if d.severity >= 3]
        if faults:
            raise SystemExit("\n".join(faults))
        for cursor in unit.cursor.get_children():
            if cursor.kind != Kind.FUNCTION_DECL or not cursor.is_definition() or cursor.location.file is None:
                continue
            home = cursor.location.file.name.removeprefix(f"{root}/")
            if home not in sources or (home, cursor.spelling) in done:
                continue
            done.add((home, cursor.spelling))
            body = list(cursor.get_children())[-1]
            Finder(sources[home], cursor).walk(body)
    return [sources[path] for path in paths]


def number(sources):
    """All mutants in order, numbered from 1; those with the same name are told apart."""
    mutants, names = [], {}
    for source in sources:
        for place in sorted(source.changes):
            mutants += source.changes[place]
    for at, mutant in enumerate(mutants, 1):
        mutant.id = at
        name = mutant.name()
        mutant.nth = names[name] = names.get(name, 0) + 1
    return mutants
