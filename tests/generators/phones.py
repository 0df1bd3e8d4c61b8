"""Writes tests/data/phones.csv: how Python's phonenumbers reads some hundreds of cells, for the golden test in
tests/it/phones.rs. Not needed to build or test. Run:

    pip install phonenumbers==9.0.43 && python3 tests/generators/phones.py > tests/data/phones.csv
"""

import csv
import random
import sys

import phonenumbers
from phonenumbers import PhoneNumberFormat as Format
from phonenumbers import PhoneNumberType as Type

random.seed(20261125)
COUNTRIES = [
    "IT", "FR", "ES", "PT", "BR", "GB", "US", "CA", "DE", "AT", "CH", "BE", "NL", "IE", "PL", "RO", "GR", "TR", "RU",
    "UA", "SE", "NO", "DK", "FI", "CZ", "HU", "MX", "AR", "CO", "CL", "PE", "EC", "VE", "UY", "PY", "BO", "CR", "PA",
    "DO", "GT", "MA", "DZ", "TN", "EG", "NG", "KE", "GH", "CI", "SN", "CM", "ZA", "AO", "MZ", "IN", "PK", "BD", "ID",
    "MY", "SG", "TH", "VN", "PH", "CN", "HK", "TW", "JP", "KR", "AU", "NZ", "IL", "AE", "SA", "QA", "JO", "LB", "KZ",
    "SM", "VA", "MC", "AD", "MT", "CY", "LU", "IS", "LT", "LV", "EE", "BG", "HR", "RS", "SI", "SK",
]

cases = []
for country in COUNTRIES:
    for kind in (Type.MOBILE, Type.FIXED_LINE):
        number = phonenumbers.example_number_for_type(country, kind)
        if number is None:
            continue
        international = phonenumbers.format_number(number, Format.INTERNATIONAL)
        national = phonenumbers.format_number(number, Format.NATIONAL)
        e164 = phonenumbers.format_number(number, Format.E164)
        significant = phonenumbers.national_significant_number(number)
        cases += [
            (e164, ""),
            (international, country),
            ("00" + e164[1:], country),
            (national, country),
            (significant, country),
            (e164[1:], country),
            (significant[:-3], country),
            ("+" + str(number.country_code) + significant + "12345", country),
        ]
cases = random.sample(cases, 560) + [
    ("+39 02 1234567", ""), ("02 1234567", "IT"), ("21234567", "IT"), ("3331234567", "IT"), ("0039 333 1234567", "FR"),
    ("+44 (0)20 7946 0958", ""), ("020 7946 0958", "GB"), ("20 7946 0958", "GB"), ("07400123456", "GB"),
    ("0612345678", "FR"), ("612345678", "FR"), ("612345678", "ES"), ("(555) 123-4567", "US"), ("212-621-8900", "US"),
    ("1-212-621-8900", "US"), ("+5215512345678", ""), ("+525512345678", ""), ("5512345678", "MX"),
    ("+5491123456789", ""), ("+541123456789", ""), ("011 15-2345-6789", "AR"), ("+5511987654321", ""),
    ("+551187654321", ""), ("11987654321", "BR"), ("011 98765-4321", "BR"), ("8 912 345-67-89", "RU"),
    ("+7 7012345678", ""), ("+3912", ""), ("+999123456789", ""), ("+1 555 123 4567", ""), ("12345", "IT"),
]

writer = csv.writer(sys.stdout, lineterminator="\n")
writer.writerow(["cell", "country", "valid", "digits"])
for cell, country in cases:
    try:
        number = phonenumbers.parse(cell, country or None)
    except phonenumbers.NumberParseException:
        writer.writerow([cell, country, "no", ""])
        continue
    valid = phonenumbers.is_valid_number(number)
    digits = phonenumbers.format_number(number, Format.E164)[1:]
    writer.writerow([cell, country, "yes" if valid else "no", digits if valid else ""])
