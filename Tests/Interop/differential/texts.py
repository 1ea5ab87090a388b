"""All texts that our engine is asked in the differential test, each a JSON text on a line.

  python -m differential.texts [SEED]
"""
import json
import sys

from . import corpus, generator


def main():
    seed = sys.argv[1] if len(sys.argv) > 1 else "1"
    for query in [*corpus.read(), *generator.generate(seed)]:
        for text in {query.text, *([query.select] if query.select_is_ours else [])}:
            print(json.dumps(text))


if __name__ == "__main__":
    main()
