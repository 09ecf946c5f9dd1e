"""Invented Norwegian prose for bulk data: a seeded generator whose words come as unevenly as real ones do."""

from __future__ import annotations

import random
from itertools import accumulate


def _listed(words: str) -> list[str]:
    return words.split()


COMMON = _listed(
    "og i det som er på en at av for til ikke med de har den om et vi kan var fra så skal når men seg ble også "
    "bare etter mer over nå må ved få år ta hva noe blir før hvor godt mye alt der to ny selv gjennom hos under"
)
REAL = _listed(
    "prøveordning smelteverk klippfisk slagg tareskog betongelement fôrproduksjon energisparing varmegjenvinning "
    "kompetansemegling forprosjekt skattefunn søknadsfrist samarbeidspartner driftsleder vedlikehold rensefiltre "
    "settefisk lakselus havbruksnæring mineralutvinning ilmenitt jernmalm elektrolyse hydrogenanlegg sirkulærøkonomi "
    "gjenbruk avfallshåndtering bioøkonomi grovfôr melkeproduksjon reinbeite algedyrking makroalger tørkeprosess "
    "holdbarhet frostskade karbonfangst sementblanding råstoff biprodukt restvarme kjølevann strømavtale sensordata "
    "maskinlæring bildegjenkjenning produksjonslinje kvalitetskontroll produktutvikling markedsundersøkelse "
    "forskningsmiljø laboratorium forsøksperiode pilotanlegg feltprøve målemetode usikkerhet dokumentasjon regelverk "
    "tillatelse kommune fylke bedrift ledelse styret eier kunde leverandør verksted fabrikk lager kai båt fjord"
)
FIRST = _listed(
    "kompetanse forskning energi vann varme metall fisk tare betong jord melk skog havn data drift kvalitet miljø "
    "klima produkt prosess marked råvare transport lager sikkerhet utstyr strøm gass sand stein"
)
LAST = _listed(
    "utvikling analyse måling rensing prøve anlegg system modell plan krav bruk tap kilde flyt styring test metode "
    "behov kjede rapport avtale gruppe nett bank linje senter fond støtte"
)
SYLLABLES = _listed("ba do fi gru hal in jor ka lin mo nes ol per ra sku tor un ve al bek dal eng fos gar hei")
VOCABULARY = 4000


class Prose:
    """Words, sentences and texts of one seed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        compounds = [first + last for first in FIRST for last in LAST]
        chance.shuffle(compounds)
        made = {"".join(chance.choices(SYLLABLES, k=chance.choice((2, 3)))) for _ in range(2 * VOCABULARY)}
        rest = REAL + compounds + sorted(made - {*REAL, *compounds})
        self.words = (COMMON + rest)[:VOCABULARY]
        # Zipf: the word of rank n comes about 1/n as often as the first.
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(self.words))))
        self._rare = self.words[len(COMMON) :]

    def take(self, count: int) -> list[str]:
        """So many words as they come in running text."""
        return self.chance.choices(self.words, cum_weights=self._weights, k=count)

    def title(self) -> str:
        """A few telling words."""
        return " ".join(self.chance.choices(self._rare, k=3)).capitalize()

    def text(self, least: int, most: int) -> str:
        """Sentences of about twelve words in one or several paragraphs."""
        words = self.take(self.chance.randint(least, most))
        sentences = [" ".join(words[at : at + 12]).capitalize() + "." for at in range(0, len(words), 12)]
        return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
