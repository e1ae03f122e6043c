"""Detects the language of a question. If it is not certain, the question is treated as English.

A wrong refusal is worse than a missed one, so another language is reported only if two kinds of evidence agree: words
that it has and English does not, and the detector CLD2. English words count against it. A name or a greeting alone is
no evidence.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pycld2

_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# Only the first characters of a text are read: they are enough to tell its language.
_MAX_CHARS = 2_000
# If a text has at least this many words of three or more letters, and CLD2 is certain, no other evidence is needed.
_ENOUGH_WORDS = 5
# Results of CLD2 that are no evidence: English, unknown, and what it mistakes odd English for: Scots, Latin, Klingon,
# and its own codes for jokes such as Pig Latin.
_NO_EVIDENCE = {"en", "un", "sco", "la", "zzp", "zzb", "zze", "zzh", "tlh"}

# English words that none of the other languages below has.
_ENGLISH = frozenset(
    """
    about all any anyone anything are because been before being both but by could did didn does doesn doing don each
    else every everything everyone for from get gets give go going got had has have having here his how if into isn it
    its just keep keeps know let like look make makes many mean means more most much my myself need never not nothing
    of off only other our out over own please put really said say says see sell sells send share should show since some
    someone something still stop such take tell than that the their them then there these they thing things this those
    through too track under until up use used using very want wants was wasn we were what when where which while who
    whom whose why with within without won would yes you your yours
    """.split()
)
# Words without accents. Left out: English words ("ban", "ate", "dove"), abbreviations ("ma", "pa", "mit", "est"), and
# parts of the names of people and places ("la", "de", "des", "von", "minh", "sao").
_EVIDENCE = {
    language: frozenset(words.split())
    for language, words in {
        "es": """
            que como cuando donde quien quienes cual cuales cuanto cuanta cuantos porque por para mi mis sus nuestro
            nuestros nuestras este esta esto estos estas ese esa eso puedo puede pueden podria quiero quisiera tienen
            tengo tiene es esto estan ser una unos unas sobre pero muy mas mucho necesito usan usar utilizan venden
            vender guardan comparten recopilan rastrean borrar eliminar datos informacion privacidad politica sitio
            correo nombre pagina saber ustedes nos cualquier gracias ayuda tambien aqui alguien
            """,
        "pt": """
            que como quando onde quem qual quais quanto quantos por para meu meus minha minhas seu seus sua suas nosso
            voce voces nao isso este esta esse essa estes estas posso pode podem poderia quero gostaria preciso tem
            temos tenho uma umas sobre sem mas muito mais usam usar vendem vender guardam compartilham coletam apagar
            excluir dados informacoes informacao privacidade politica nome pelo pela foi ser estao ficam fica ao aos
            obrigado obrigada ajuda tambem aqui alguem eu
            """,
        "it": """
            che quando quale quali quanto perche mio miei vostro vostra vostri questo questa questi queste posso puo
            possono potete voglio vorrei avete ho hanno una uno piu anche sul sulla dal dalla dai dalle nel nella degli
            delle dei sono siete usate usare vendete vendere conservate condividete raccogliete tracciate cancellare
            dati informazioni riservatezza informativa sito nome sapere qualcuno grazie bisogno gli viene vengono
            """,
        "fr": """
            que qui quoi quand pourquoi combien quel quelle quels quelles mes votre vos je tu nous vous elle ils cette
            ces ce qu une dans avec sans puis peut peux peuvent pouvez veux voudrais sont etes avez suis au du donnees
            vie privee politique utilisez vendez gardez partagez suivez effacer supprimer savoir pas ne quelqu merci
            besoin aussi leur
            """,
        "de": """
            ich sie wir ihr mein meine meinen meiner meinem ihre ihren unsere wer wie wo wann warum welche welcher
            welches ist sind wird werden kann konnen darf durfen mochte habe haben nicht kein keine und oder fur auf
            uber bei nach zum zur das eine einen einer wenn ob daten speichern speichert verkaufen verkauft sammeln
            verwenden loschen datenschutz richtlinie seite wissen jemand danke hilfe auch gibt
            """,
        "vi": """
            khong cua toi gi nao duoc nhung cac quy vi nguoi du lieu trang chinh sach rieng lam sao nhu khi voi hoac
            muon lau dau xin chao biet doi luu xoa va thu thap chia bi
            """,
        "ht": """
            eske mwen nou kisa kijan kile kote kiyes ki konbyen pou gen vle bezwen enfomasyon sou moun sevi itilize
            kenbe vann pataje konnen lot entenet regleman prive anpil bonjou mesi tanpri nimewo adres efase kolekte suiv
            sa ka imel
            """,
    }.items()
}


def other_language(question: str) -> str | None:
    """Return the code of a question's language (es, pt, zh, fr …), or None if it is English or not certain.

    question: any text; only its words and its script matter.
    """
    question = question[:_MAX_CHARS]
    words = _WORD.findall(question)
    english = len(_ENGLISH.intersection(word.lower() for word in words))
    han = len(_HAN.findall(question))
    if han >= 2 and han > 2 * english and not _KANA.search(question):
        return "zh"
    if len(words) < 2:
        return None
    folded = {_fold(word) for word in words}
    evidence = {language: len(own & folded) for language, own in _EVIDENCE.items()}
    if "¿" in question:  # only Spanish uses it
        evidence["es"] += 2
    if max(evidence.values()) + 2 <= 2 * english:
        return None  # CLD2 adds two points at most, so it could not change this
    text = " ".join(words)
    guess = _cld2(text, best_effort=True)
    if guess not in _NO_EVIDENCE:
        evidence[guess] = evidence.get(guess, 0) + 1
        enough = sum(len(word) >= 3 for word in words) >= _ENOUGH_WORDS
        if enough and _cld2(text, best_effort=False) == guess:
            evidence[guess] += 1
    language, strength = max(evidence.items(), key=lambda item: (item[1], item[0] == guess))
    return language if strength >= 2 and strength > 2 * english else None


def is_common_english(word: str) -> bool:
    """Return whether a word in lower case is one of the most common English ones."""
    return word in _ENGLISH


def is_foreign(word: str) -> bool:
    """Return whether a word in lower case is common in another language; English words never are."""
    return word not in _ENGLISH and any(_fold(word) in own for own in _EVIDENCE.values())


def _cld2(text: str, *, best_effort: bool) -> str:
    _, _, found = pycld2.detect(text, isPlainText=True, bestEffort=best_effort)
    return str(found[0][1]).split("-")[0]


def _fold(word: str) -> str:
    """Return the word in lower case, without accents."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def is_latin(letter: str) -> bool:
    """Return whether a letter belongs to the Latin script."""
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "")
