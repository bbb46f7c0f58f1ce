"""The words that search leaves out of texts and of queries: they say nothing of a subject.

They are folded. A question is searched by what it asks about: *Comment financer une
chaufferie ?* is *financer*, *chaufferie*.
"""

_FRENCH = """
au aux avec ce ces cet cette dans de des du elle en est et il ils la le les leur leurs mais nos
notre nous ou par pas pour qu que qui sa sans se ses son sont sur un une vos votre vous
"""
_ENGLISH = """
and are at be by did do does for from has have how if in is it its of our that the their there
they this to was we were what when where which who why will with you your
"""
_OTHER = """
a afin ai ainsi alors as ait avez avoir avons aussi car ceci cela celle celles celui ceux chez
comment dont donc etait etaient ete etes etre eux faut faire fait ici je lui ma me meme memes
mes moi mon ne ni non on ont or oui peut peuvent peux plus pourquoi pu quand quel quelle quelles
quels quoi si soit sommes suis ta te tes toi ton tous tout toute toutes tres tu y
an but can i my not so than then us
http https www
"""
#: Little words of French, in no English text.
FRENCH = frozenset(_FRENCH.split())
#: Little words of English, in no French text.
ENGLISH = frozenset(_ENGLISH.split())
STOP_WORDS = FRENCH | ENGLISH | frozenset(_OTHER.split())
