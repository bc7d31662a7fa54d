"""The words by which people name columns and values of loan tables, in the languages we have met.

Nothing here knows any particular data set; a word stands in a list because lenders use it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True)
class Words:
    """How a name gives a role away: by a whole name, by one of its tokens, or by a piece of it; `never` overrules."""

    whole: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    pieces: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()

    def match(self, name: str) -> float:
        """Give how strongly a name speaks for the role: 0 not at all, 1 the name says nothing else."""
        tokens = _without_currency(tokenize(name))
        joined = "".join(tokens)
        if not tokens or self.never.intersection(tokens):
            return 0.0
        if joined in self.whole or "_".join(tokens) in self.whole:
            return 1.0
        if self.tokens.intersection(tokens):
            return 0.9 if len(tokens) <= 2 else 0.8
        if any(piece in joined for piece in self.pieces):
            return 0.7
        return 0.0


@lru_cache(maxsize=65_536)
def tokenize(name: str) -> tuple[str, ...]:
    """Cut a name into lower-case words without accents: 'SeriousDlqin2yrs' -> serious, dlqin, 2, yrs."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", plain)
    plain = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", plain)
    plain = re.sub(r"(\d+)", r" \1 ", plain)
    return tuple(re.findall(r"[^\W_]+", plain.lower()))


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CURRENCIES: Final = _set(
    "usd eur gbp jpy chf inr cny rmb brl mxn zar aud cad sek nok dkk pln czk huf try krw idr php ngn kes vnd thb"
    " euro euros dollar dollars pound pounds yen yuan rupee rupees peso pesos"
)


def _without_currency(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the currency a quantity is in: 'Amount in EUR' -> amount."""
    if not _CURRENCIES.intersection(tokens):
        return tokens
    return tuple(word for word in tokens if word not in _CURRENCIES and word != "in") or tokens


_OTHER_AGES: Final = _set(
    "account accounts car vehicle house home building property loan credit history line file business company firm"
    " oldest newest average avg trade inquiry employment job asset mths months percent pct"
)

PROTECTED: Final[dict[str, Words]] = {
    "age": Words(
        _set("age alter edad idade eta leeftijd personage applicantage agegroup ageband altersgruppe altersklasse"),
        _set("age ages alter edad leeftijd wiek vek"),
        ("altersgruppe", "agegroup", "ageband"),
        _OTHER_AGES,
    ),
    "date of birth": Words(
        _set("dob birthdate dateofbirth geburtsdatum geburtstag gebdatum yearofbirth daysbirth geburtsjahr"),
        _set("birth dob birthday birthdate birthyear geburtsdatum nacimiento naissance nascimento nascita geboortedatum"),
        ("geburt", "dateofbirth", "birthdate", "birthday", "naissance"),
        _set("place region country"),
    ),
    "sex": Words(
        _set("sex gender geschlecht sexo sexe genre genero sesso geslacht plec pohlavi anrede salutation"),
        _set("sex gender geschlecht sexo sexe genero sesso geslacht anrede salutation male female"),
        ("gender", "geschlecht"),
    ),
    "race or ethnicity": Words(
        _set("race ethnicity ethnie raza etnia herkunft minority tribe caste"),
        _set("race races ethnic ethnicity ethnie raza etnia minority tribe caste hispanic skin"),
        ("ethnic", "ethnicity"),
    ),
    "nationality": Words(
        _set("nationality citizenship staatsangehoerigkeit staatsangehorigkeit nationalitaet nationalitat foreign"
             " foreignworker gastarb gastarbeiter auslaender auslander birthcountry countryofbirth nacionalidad"),
        _set("nationality citizenship citizen foreigner immigrant gastarb gastarbeiter nationalite nacionalidad"),
        ("national", "staatsang", "foreignworker", "gastarb", "auslaender", "citizenship", "immigra"),
        _set("bank insurance international"),
    ),
    "religion": Words(
        _set("religion faith konfession religious kirchensteuer"),
        _set("religion religious konfession faith"),
        ("religio", "konfession"),
    ),
    "marital status": Words(
        _set("maritalstatus marital marriage married familienstand famges civilstatus familystatus estadocivil"
             " situationfamiliale burgerlijkestaat namefamilystatus"),
        _set("marital marriage married familienstand famges divorced spouse"),
        ("marital", "familienstand", "familystatus", "civilstatus", "estadocivil", "etatcivil", "personalstatus"),
    ),
    "disability": Words(
        _set("disability disabled handicap behinderung discapacidad"),
        _set("disability disabled handicap behinderung schwerbehindert discapacidad"),
        ("disabilit", "behinder", "handicap"),
    ),
    "pregnancy or health": Words(_set("pregnant pregnancy health"), _set("pregnant pregnancy schwanger illness"), ()),
    "sexual orientation": Words(frozenset(), _set("orientation"), ("sexualorientation",)),
    "political opinion or union": Words(frozenset(), _set("political partei gewerkschaft"), ("politic",)),
}  # fmt: skip

PERSONAL: Final = Words(
    _set("name firstname lastname surname fullname vorname nachname email phone telephone mobile ssn passport address"
         " street strasse iban accountnumber customername borrowername applicantname nombre apellido nom prenom"),
    _set("firstname lastname surname email ssn passport vorname nachname apellido prenom iban"),
    ("emailaddress", "phonenumber", "socialsecurity", "steuernummer", "passport"),
    _set("flag type provided has verified"),
)  # fmt: skip
PLACE_PROXY: Final = Words(
    _set("zip zipcode postcode postalcode plz postleitzahl codigopostal codepostal"),
    _set("zip zipcode postcode postalcode plz postleitzahl"),
    ("zipcode", "postcode", "postleitzahl"),
)
ROLES: Final[dict[str, Words]] = {
    "id": Words(
        _set("id key nr no number rowid index loanid applicationid memberid customerid skidcurr loannr antragsnummer"
             " kreditnummer vertragsnummer aktenzeichen kennung kundennummer uuid guid reference rownames rowname"),
        _set("id ids uuid guid kennung antragsnummer kreditnummer vertragsnummer kundennummer identifier loannr"),
        ("loanid", "loannr", "applicationno", "applicationid", "customerid", "contractno", "antragsnr", "kundennr"),
        _set("code type paid valid"),
    ),
    "time": Words(
        _set("date issued issuedate applicationdate approvaldate antragsdatum datum fecha timestamp time createdat"
             " originationdate bewilligungsdatum auszahlungsdatum"),
        _set("date datum fecha data timestamp time epoch when issue created issued originated origination year fy quarter month d at"),
        ("date", "datum", "timestamp"),
        _set("birth dob geburtsdatum last next first closed chargeoff chgoff default end maturity payment employed"
             " earliest expiry pull settlement"),
    ),
    "amount": Words(
        _set("amount loanamount loanamnt loanamt creditamount amtcredit limitbal creditlimit kreditbetrag kredithoehe"
             " kreditsumme darlehensbetrag darlehenssumme hoehe hohe betrag summe montant importe monto principal loan"
             " requestedamount loanoriginalamount sanctionedamount disbursementgross amountrequested originalbalance"
             " disbursedamount disbursedamt loansize requestedloanamount fundedamount amt montoprestamo importo valorprestamo kredit_betrag finanzierungsbetrag leenbedrag bedrag"),
        _set("principal montant importe monto kreditbetrag kredithoehe darlehensbetrag betrag bedrag"),
        ("loanam", "creditam", "amtcredit", "limitbal", "creditlimit", "kreditbetrag", "kreditsumme", "kredithoehe",
         "darlehen", "disbursementgross", "fundedam", "requestedam", "amountofloan", "amountrequested", "grappv"),
        _set("bill pay paid payment last income property score goods annuity installment instalment count percent pct"
             " ratio req saving savings savingsbalance previous prior type purpose zweck zinssatz laufzeit art status"),
    ),
    "term": Words(
        _set("term duration laufzeit tenor tenure months monate plazo duree durata looptijd loanterm termmonths"
             " loanamountterm kreditlaufzeit nper loanduration creditduration durationinmonth durationmonth"),
        _set("term duration laufzeit tenor plazo duree looptijd"),
        ("loanterm", "laufzeit", "termmonth", "durationmonth", "creditduration"),
        _set("since employment job account residence short long rate"),
    ),
    "purpose": Words(
        _set("purpose loanpurpose intent loanintent zweck verwendungszweck verw verwendung proposito finalidad reason"
             " useoffunds objet kreditzweck doel namecashloanpurpose"),
        _set("purpose intent zweck verwendungszweck verwendung proposito finalidad verw"),
        ("purpose", "verwendungszweck", "loanintent", "kreditzweck"),
        _set("code_reject"),
    ),
    "income": Words(
        _set("income annualinc annualincome monthlyincome salary einkommen gehalt nettoeinkommen jahreseinkommen"
             " revenu revenue ingreso ingresos renta stipendio reddito inkomen amtincometotal applicantincome"),
        _set("income salary einkommen gehalt inc revenu ingreso ingresos inkomen reddito wage wages"),
        ("income", "einkommen", "salary", "gehalt"),
        _set("percent pct ratio type source verification verified debt to dti coapplicant joint verifiable range"
             " expense net_fraction"),
    ),
    "credit_score": Words(
        _set("creditscore fico ficoscore score schufa schufascore riskscore ficorangelow bureauscore beaconscore"
             " externalriskestimate creditscorerangelower vantagescore"),
        _set("fico schufa beacon vantagescore"),
        ("creditscore", "ficoscore", "ficorange", "schufascore", "riskscore", "bureauscore", "externalrisk"),
        _set("last"),
    ),
}  # fmt: skip

# What becomes known only after the decision. History of earlier loans uses similar words, hence `never`.
AFTERWARDS: Final = Words(
    _set("recoveries closeddate enddate settlementdate outprncp lastpymntd closed loss lossgivendefault lgd"),
    _set("recoveries recovery chargeoff chgoff writeoff writtenoff settlement settled hardship foreclosure collections"
         " prepaid prepayment payoff inkasso mahnung mahnstufe abschreibung verwertung repossessed outprncp lgd"),
    ("recover", "totalpymnt", "totalrec", "lastpymnt", "nextpymnt", "outprncp", "chargeoff", "chargedoff", "chgoff",
     "writeoff", "writtenoff", "settlement", "hardship", "collectionrecovery", "lastfico", "lastcreditpull",
     "defaultdate", "dateofdefault", "ausfalldatum", "customerpayments", "principalloss", "closeddate", "loancurrentdays",
     "firstdefaulted", "monthssinceorigination", "balancegross", "restschuld", "inkasso", "mahnstufe", "dayslate",
     "finalpayment", "lossgivendefault", "exposureatdefault", "principalpaid", "interestpaid", "totalpaid", "amountrepaid"),
    _set("previous prior history hist 12 24 mths within num number inq open opened ever past bureau avg"),
)  # fmt: skip

OUTCOME_STRONG: Final = Words(
    _set("default defaulted defaultflag isdefault loandefault target outcome goodbad goodbadflag badflag bad isbad badloan"
         " badloans riskperformance loanstatus misstatus ausfall ausgefallen zahlungsausfall kreditausfall repaid"
         " loanrepaid notfullypaid fullypaid creditrisk kreditrisiko npl impago incumplimiento moroso defaut impaye"
         " defaultind gb gbflag chargedoff loanoutcome wanbetaling riskflag risk loanpaid paidback zurueckgezahlt"
         " zuruckgezahlt ausfallkennzeichen inadimplente inadimplencia churndefault"),
    _set("default defaulted target outcome bad ausfall ausgefallen repaid npl impago incumplimiento defaut impaye"
         " zahlungsausfall goodbad dlqin delinquent nonperforming notleidend wanbetaling inadimplente"),
    ("loanstatus", "misstatus", "seriousdlq", "riskperformance", "notfullypaid", "ausfall", "zahlungsausfall",
     "defaultflag", "goodbad", "badloan", "chargedoff", "creditrisk", "zuruckgezahlt", "zurueckgezahlt"),
    _set("date amount previous prior history hist file past num number count cnt last months since rate prob probability"
         " score days datum balance pct exposure given social circle 30 60"),
)  # fmt: skip
OUTCOME_MEDIUM: Final = Words(
    _set("class y label result status response flag kredit klasse ergebnis resultado resultat credit creditability"
         " bonitaet bonitat performance paid kreditstatus zielvariable ziel good creditworthy kreditwurdig kreditwuerdig"),
    _set("class label status good risk result klasse ergebnis ziel creditability"),
    ("kreditstatus", "finalstatus", "laststatus", "zielvariable"),
    _set("verification verified marital family civil employment employed job home house housing residence list initial"
         " checking saving savings account social type contract code familienstand wohn wohnung score personal other"),
)  # fmt: skip
MEANS_BAD: Final = Words(
    _set("default bad notfullypaid npl risk badflag target_bad"),
    _set("default defaulted bad ausfall ausgefallen delinquent dlqin npl impago incumplimiento moroso defaut impaye"
         " zahlungsausfall nonperforming notleidend chargeoff chgoff wanbetaling inadimplente overdue arrears"),
    ("default", "serious", "dlq", "notfullypaid", "badloan", "ausfall", "chargedoff", "chargeoff", "delinq", "unpaid",
     "notpaid", "riskflag", "badflag", "isbad", "inadimpl", "impag"),
    _set("goodbad"),
)  # fmt: skip
MEANS_GOOD: Final = Words(
    _set("repaid paid good fullypaid loanrepaid creditworthy paidback creditability"),
    _set("repaid good paid creditworthy performing creditability gut zuruckgezahlt kreditwurdig zurueckgezahlt bezahlt"),
    ("repaid", "fullypaid", "paidback", "zuruckgezahlt", "zurueckgezahlt", "creditworth", "kreditwurdig"),
    _set("not un non bad default"),
)  # fmt: skip

_VALUE_BAD: Final = (
    r"^(bad|b|default|defaulted|charged?[ _-]?off|chg[ _-]?off|written[ _-]?off|write[ _-]?off|not (fully )?(re)?paid|unpaid"
    r"|non[- _]?performing|npl|loss|delinquent|foreclosed|foreclosure|repossessed|bankrupt(cy)?|insolvent|in default|failed"
    r"|does not meet the credit policy\W+status\W+charged off|schlecht|ausfall|ausgefallen|notleidend|gekuendigt|gekündigt"
    r"|abgeschrieben|nicht zurückgezahlt|malo|impago|moroso|mauvais|défaut|impayé|slecht|high risk|bad ?(loan|credit|risk)"
    r"|settled|debt settlement|c/?o|in collections?|collections?|inkasso|inadimplente|überfällig)\W*$"
)
_VALUE_GOOD: Final = (
    r"^(good|g|(fully|full)[ _-]?paid|paid([ _-]?(in|up|back|off)[ _-]?full)?|paid ?off|p ?i ?f|repaid|completed?|performing"
    r"|non[- _]?default|no default|not default(ed)?|does not meet the credit policy\W+status\W+fully paid|finished|prepaid"
    r"|gut|zurückgezahlt|zurueckgezahlt|getilgt|abgelöst|bueno|pagado|bon|remboursé|payé|goed|low risk|adimplente|ok|fulfilled"
    r"|good ?(loan|credit|risk)|closed|paid back|bezahlt|vollständig bezahlt|regulär beendet)\W*$"
)
_VALUE_OPEN: Final = (
    r"^(current|issued|in grace period|late.*|past due.*|open|active|running|pending|in progress|on ?going|new|laufend|aktiv"
    r"|offen|final ?payment ?in ?progress|cancell?ed|withdrawn|exempt|canceled|commit|storniert|vigente|en cours|lopend"
    r"|unknown|unbekannt|indeterminate|\d+ days? (late|past due).*|approved|disbursed|in verzug|gestundet)\W*$"
)
DECISION_WORDS: Final = _set("approved rejected declined accepted denied refused bewilligt abgelehnt genehmigt granted")


def value_meaning(text: str) -> str | None:
    """Tell what a status says: 'good' repaid, 'bad' lost, 'open' not yet known, None if no word is recognised."""
    plain = re.sub(r"\s+", " ", text.strip().lower().replace("_", " "))
    if re.match(_VALUE_BAD, plain):
        return "bad"
    if re.match(_VALUE_GOOD, plain):
        return "good"
    if re.match(_VALUE_OPEN, plain):
        return "open"
    return None


@lru_cache(maxsize=65_536)
def is_known_name(text: str) -> bool:
    """Tell whether a text is a name that some role of a loan table goes by (used to recognise a header)."""
    if not text.strip() or value_meaning(text) is not None or len(text) > 100:
        return False
    words = (*PROTECTED.values(), *ROLES.values(), PERSONAL, OUTCOME_STRONG, OUTCOME_MEDIUM)
    return any(group.match(text) >= 0.8 for group in words)


def is_made_up_name(name: str) -> bool:
    """Tell whether a name says nothing: c7, V12, X3, A2, Unnamed: 0."""
    return bool(
        re.match(r"^([A-Za-z]{1,3}|var|col|column|feature|attr|field|unnamed:?)[ _.:-]?\d{1,4}$", name, re.IGNORECASE)
    )
