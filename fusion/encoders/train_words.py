"""Train the word-embedding encoder: `python -m fusion.encoders.train_words`.

Word vectors by a truncated singular value decomposition of the positive pointwise mutual information of
words that stand near each other (Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix
Factorization"). The text is WordNet's definitions of ImageNet's 21,843 synsets, which timm carries, and the
training texts of the tasks at hand.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable

import numpy as np
import torch
from safetensors.torch import save_file
from scipy.sparse import coo_array
from sklearn.decomposition import TruncatedSVD

from fusion.encoders.word_embedding import FILE, WIDTH, WORD
from fusion.errors import UserError
from fusion.paths import written_whole
from fusion.tasks import TASKS

VOCABULARY = 8_000
WINDOW = 5
TASK_REPEATS = 20


def corpus() -> list[list[str]]:
    """Sentences as lower-case words."""
    from timm.data import ImageNetInfo

    info = ImageNetInfo("imagenet-21k-goog")
    texts = [info.index_to_description(i, detailed=True) for i in range(info.num_classes())]
    for task in filter(lambda task: task.asked, TASKS):
        try:
            texts += sorted({example.text for example in task.examples("train")}) * TASK_REPEATS
        except UserError as missing:
            print(f"{task.name} is left out: {missing}", file=sys.stderr)
    return [[word.lower() for word in WORD.findall(text)] for text in texts]


def train(sentences: Iterable[list[str]], width: int = WIDTH) -> tuple[list[str], torch.Tensor]:
    """The vocabulary, most frequent first, and its vectors (V + 1, width), the last for unknown words."""
    sentences = list(sentences)
    counts = Counter(word for sentence in sentences for word in sentence)
    vocabulary = [word for word, _ in counts.most_common(VOCABULARY)]
    index = {word: i for i, word in enumerate(vocabulary)}
    pairs: Counter[tuple[int, int]] = Counter()
    for sentence in sentences:
        ids = [index[word] for word in sentence if word in index]
        for i, word in enumerate(ids):
            for other in ids[i + 1 : i + 1 + WINDOW]:
                pairs[word, other] += 1
                pairs[other, word] += 1
    rows, columns = np.array(list(pairs)).T
    joint = np.array(list(pairs.values()), dtype=np.float64)
    near = coo_array((joint, (rows, columns)), shape=(len(vocabulary), len(vocabulary))).tocsr()
    marginal = np.asarray(near.sum(axis=0)).ravel()
    pmi = np.log(joint * joint.sum() / (marginal[rows] * marginal[columns]))
    positive = coo_array((pmi.clip(min=0), (rows, columns)), shape=near.shape).tocsr()
    vectors = TruncatedSVD(width, random_state=0).fit_transform(positive)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9)
    table = torch.from_numpy(np.vstack([vectors, vectors.mean(axis=0)]))
    return vocabulary, table


def main() -> None:
    vocabulary, table = train(corpus())
    metadata = {"vocabulary": json.dumps(vocabulary), "licence": "WordNet 3.0 licence (definitions)"}
    with written_whole(FILE) as draft:
        save_file({"embedding": table.half().contiguous()}, draft, metadata=metadata)
    print(f"{FILE.name}: {len(vocabulary)} words, {table.shape[1]} numbers each")


if __name__ == "__main__":
    main()
