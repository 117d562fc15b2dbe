"""SQLite's FTS5 in a process of its own; speaks as worker.mjs does. Nothing but Python's standard library."""

import ctypes
import gc
import json
import re
import sqlite3
import sys
import time

FIELDS = ["title", "aliases", "asked_as", "summary", "body", "detail"]
GRID = {
    "stem": [True, False],
    "stop": [True, False],
    "spelling": [True, False],
    "prefix": [False, True],
    "title": [4, 2, 1, 8],
    "aliases": [4, 2, 1, 8],
    "asked_as": [4, 2, 1, 8],
    "summary": [2, 1, 4],
    "body": [1, 0.5, 2],
    "detail": [0.5, 0.25, 1],
    "synonyms": [False, True],
}


class Index:
    def __init__(self, documents, stop_words, settings):
        self.stop_words = stop_words
        self.db = db = sqlite3.connect(":memory:")
        tokenizer = "porter unicode61" if settings["stem"] else "unicode61"
        db.execute(f"create virtual table items using fts5(id unindexed, {', '.join(FIELDS)}, tokenize='{tokenizer}')")
        marks = ", ".join("?" * (len(FIELDS) + 1))
        rows = ([item["id"], *("\n".join(item[field]) for field in FIELDS)] for item in documents)
        db.executemany(f"insert into items values ({marks})", rows)
        db.execute("insert into items(items) values ('optimize')")
        # Its words as they are written, with a trigram index, to find what a misspelt word is like.
        db.execute("create virtual table written using fts5(text, content='', tokenize='unicode61')")
        for item in documents:
            db.execute("insert into written(text) values (?)", ["\n".join("\n".join(item[f]) for f in FIELDS)])
        db.execute("create virtual table vocabulary using fts5vocab(written, row)")
        db.execute("create table words (word text primary key, items integer) without rowid")
        db.execute("insert into words select term, doc from vocabulary")
        db.execute("create virtual table alike using fts5(word, tokenize='trigram')")
        db.execute("insert into alike select word from words where length(word) > 3 and items > 1")
        db.execute("drop table vocabulary")
        db.execute("drop table written")
        db.commit()

    def spelled(self, word):
        """The word itself if it occurs, else the one most like it within one edit, or two in a long word."""
        if len(word) < 4 or self.db.execute("select 1 from words where word = ?", [word]).fetchone():
            return word
        trigrams = {word[at : at + 3] for at in range(len(word) - 2)}
        asked = " OR ".join(f'"{trigram}"' for trigram in trigrams)
        found = self.db.execute("select word from alike where alike match ? order by rank limit 50", [asked])
        most = 1 if len(word) < 6 else 2
        near = [(edits(word, other), place, other) for place, (other,) in enumerate(found)]
        distance, _, other = min(near, default=(most + 1, 0, word))
        return other if distance <= most else word

    def search(self, query, settings):
        text = " ".join([query["text"], *query["also"]] if settings["synonyms"] else [query["text"]])
        words = re.findall(r"[^\W_]+", text.lower())
        telling = [word for word in words if word not in self.stop_words] if settings["stop"] else []
        words = dict.fromkeys(telling or words)
        if settings["spelling"]:
            words = dict.fromkeys(self.spelled(word) for word in words)
        if not words:
            return []
        star = "*" if settings["prefix"] else ""
        asked = " OR ".join(f'"{word}"{star if len(word) > 3 else ""}' for word in words)
        weights = ", ".join(str(float(settings[field])) for field in FIELDS)
        found = self.db.execute(
            f"select id, -bm25(items, 0.0, {weights}) as score from items where items match ? order by score desc limit 10",
            [asked],
        )
        return found.fetchall()


def edits(a, b):
    """Inserted, left out, replaced, and swapped letters."""
    before, row = [], list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]


def resident():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/smaps_rollup") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Rss:"))


def main():
    path, stop_words = sys.argv[1], set(json.loads(sys.argv[2]))
    index = None
    for line in sys.stdin:
        ((what, argument),) = json.loads(line).items()
        if what == "describe":
            said = {"name": "SQLite FTS5", "grid": GRID, "indexed": ["stem"], "sample": None}
        elif what == "build":
            with open(path, encoding="utf-8") as file:
                documents = json.load(file)
            started = time.perf_counter()
            index = Index(documents, stop_words, argument)
            said = {"ms": (time.perf_counter() - started) * 1e3}
            del documents
        elif what == "memory":
            said = {"bytes": resident()}
        else:
            said = {"hits": [], "us": []}
            for query in argument["queries"]:
                started = time.perf_counter()
                said["hits"].append(index.search(query, argument["settings"]))
                said["us"].append((time.perf_counter() - started) * 1e6)
        print(json.dumps(said), flush=True)


main()
