"""Many questions at once: a table of questions in, a table of answers out."""

from fusion.batch.answering import answer_each
from fusion.batch.answers import Answers
from fusion.batch.questions import Question, Questions, read_questions

__all__ = ["Answers", "Question", "Questions", "answer_each", "read_questions"]
