"""What the documents quote is in the file they name. usage: quotes.py SOURCE_DIR

A block of C in docs/ that begins with the path of a file, as /* examples/custom_adapter/keys.c */, goes
on as that file does. In the guides every block has to.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
guides = ("adapter-guide.md", "embedding.md")
quotes = failed = 0
for document in sorted((root / "docs").glob("*.md")):
    for block in re.findall(r"^```c\n(.*?)^```$", document.read_text(encoding="utf-8"), re.M | re.S):
        head, _, body = block.partition("\n")
        name = re.fullmatch(r"/\* ([\w./-]+) \*/", head)
        if name is None and document.name not in guides:
            continue
        quotes += 1
        path = root / name[1] if name else None
        if path is None or not path.is_file():
            print(f"FAIL: {document.name}: a block of C names no file of ours: {head}")
            failed += 1
        elif not body.strip() or "\n" + body not in "\n" + path.read_text(encoding="utf-8"):
            print(f"FAIL: {document.name}: not in {name[1]}:\n{body}")
            failed += 1
print(f"{quotes} quotes, {failed} failed")
sys.exit(failed > 0 or quotes == 0)
