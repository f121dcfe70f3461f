"""Every link between the pages of the reference leads to a page, and to a place on it. usage: links.py FOLDER"""
import glob
import os
import re
import sys

os.chdir(sys.argv[1])
pages = {name: open(name, encoding="utf-8").read() for name in glob.glob("*.html")}
places = {name: set(re.findall(r'(?:id|name)="([^"]+)"', text)) for name, text in pages.items()}
broken = set()
for name, text in pages.items():
    for link in re.findall(r'href="([^"]+)"', text):
        page, _, place = link.partition("#")
        if re.match(r"\w+:", link):
            continue
        if page and not os.path.exists(page) or place and place not in places.get(page or name, ()):
            broken.add("FAIL: %s: nothing at %s" % (name, link))
print(*sorted(broken), sep="\n")
sys.exit(bool(broken) or len(pages) < 100)
