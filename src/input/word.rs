//! Whether letters make a word that some language has: by which a wrong encoding gives itself away.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Thai,
}

fn script(letter: char) -> Option<Script> {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{300}'..='\u{36f}' => Some(Script::Latin),
        '\u{370}'..='\u{3ff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}' => Some(Script::Cyrillic),
        '\u{5b0}'..='\u{5f4}' => Some(Script::Hebrew),
        '\u{620}'..='\u{669}' | '\u{66e}'..='\u{6d3}' => Some(Script::Arabic),
        // Without its digits.
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' => Some(Script::Thai),
        _ => None,
    }
}

/// Whether no language has such a word, read with `table`: what the bytes from 0x80 on stand for.
pub(super) fn is_impossible(word: &[u8], table: &[Option<char>; 128]) -> bool {
    let mut letters = Vec::with_capacity(word.len());
    for &byte in word {
        if byte.is_ascii() {
            letters.push(char::from(byte));
        } else if let Some(letter) = table[usize::from(byte & 0x7f)] {
            letters.push(letter);
        } else {
            return true;
        }
    }
    let mut seen = None;
    let mut foreign_in_a_row = 0;
    for (at, &letter) in letters.iter().enumerate() {
        let Some(script) = script(letter) else {
            foreign_in_a_row = 0;
            if letters.len() > 1 && !may_stand(letter, at == 0, at + 1 == letters.len()) {
                return true;
            }
            continue;
        };
        if seen.is_some_and(|seen| seen != script) {
            return true;
        }
        seen = Some(script);
        // No language of Latin letters has three accented ones in a row.
        foreign_in_a_row =
            if letter.is_ascii() || script != Script::Latin { 0 } else { foreign_in_a_row + 1 };
        if foreign_in_a_row == 3 || !marks_stand_right(&letters[..=at], letters.get(at + 1)) {
            return true;
        }
    }
    // Old programs turn ASCII letters into capitals and leave the others: such a word says nothing by its case.
    let mut plain = letters.iter().filter(|letter| letter.is_ascii_alphabetic()).peekable();
    if plain.peek().is_some() && plain.all(char::is_ascii_uppercase) {
        return false;
    }
    let turns_capital = letters.windows(2).any(|pair| {
        pair[0].is_lowercase() && pair[1].is_uppercase() && !(pair[0].is_ascii() && pair[1].is_ascii())
    });
    let second_is_capital = letters.windows(3).any(|three| {
        three[0].is_ascii_uppercase()
            && !three[1].is_ascii()
            && three[1].is_uppercase()
            && three[2].is_ascii_lowercase()
    });
    turns_capital || second_is_capital
}

/// Whether a word is one as Lithuanian and Latvian have them, read with `table`; `None` if it has no letter that says so. The
/// same bytes are letters of Western Europe: of `Eglė` and `Zoë`, `Jānis` and `Châtel`.
pub(super) fn looks_baltic(word: &[u8], table: &[Option<char>; 128]) -> Option<bool> {
    let read =
        |byte: &u8| if byte.is_ascii() { Some(char::from(*byte)) } else { table[usize::from(byte & 0x7f)] };
    let letters: Vec<char> = word.iter().filter_map(read).flat_map(char::to_lowercase).collect();
    let mut looks = None;
    for (at, letter) in
        letters.iter().enumerate().filter(|(_, letter)| letter.is_alphabetic() && !letter.is_ascii())
    {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let is_vowel =
            |letter: Option<&char>| letter.is_some_and(|letter| "aeiouyąęėįųāēīū".contains(*letter));
        let stands_right = match letter {
            'ė' => before.is_some() && !is_vowel(before),
            'ā' | 'ī' | 'ū' => !is_vowel(before),
            'ē' => !is_vowel(before) && !is_vowel(after),
            'ķ' | 'ģ' => after.is_some_and(|after| "eiēī".contains(*after)),
            // In a name, at its beginning or its end only.
            'į' if before.is_none() || after.is_none() => continue,
            'ą' | 'č' | 'ę' | 'š' | 'ų' | 'ž' | 'ļ' | 'ņ' => true,
            _ => false,
        };
        looks = Some(stands_right && looks != Some(false));
    }
    looks
}

/// Whether a mark may stand there in a word. In the code pages of DOS, accented letters have the bytes of quotes and
/// dots: what is not common there is taken for one of these.
fn may_stand(mark: char, first: bool, last: bool) -> bool {
    match mark {
        '\u{2018}' | '\u{2019}' | '´' => true,
        '\u{201a}' | '\u{201e}' => first,
        '\u{201c}' | '\u{201d}' | '«' | '»' => first || last,
        '°' | 'º' | 'ª' | '®' | '™' => last,
        _ => false,
    }
}

/// Whether the last of `letters`, if it is written above or below another or before the one that it is spoken after, has
/// such a letter there.
fn marks_stand_right(letters: &[char], next: Option<&char>) -> bool {
    let is_thai_consonant = |letter: &char| ('\u{e01}'..='\u{e2e}').contains(letter);
    match letters {
        // Vietnamese tones.
        [.., before, '\u{300}'..='\u{36f}'] => "aeiouyâăêôơưAEIOUYÂĂÊÔƠƯ".contains(*before),
        // Vowels; a list of people hardly has them, and never two on one letter.
        [.., before, '\u{5b0}'..='\u{5bd}' | '\u{5bf}'..='\u{5c2}'] => {
            ('\u{5d0}'..='\u{5ea}').contains(before)
        }
        [.., before, '\u{64b}'..='\u{652}'] => {
            ('\u{621}'..='\u{64a}').contains(before) || *before == '\u{651}'
        }
        [.., '\u{e40}'..='\u{e44}'] => next.is_some_and(is_thai_consonant),
        [.., before, '\u{e31}' | '\u{e34}'..='\u{e3a}'] => is_thai_consonant(before),
        [.., before, '\u{e47}'..='\u{e4e}'] => {
            is_thai_consonant(before) || matches!(before, '\u{e31}' | '\u{e34}'..='\u{e3a}')
        }
        [
            '\u{300}'..='\u{36f}'
            | '\u{5b0}'..='\u{5bd}'
            | '\u{5bf}'..='\u{5c2}'
            | '\u{64b}'..='\u{652}'
            | '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}',
        ] => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_letter_tells_baltic_words_from_those_of_western_europe() {
        // A word as Windows-1252 has it, each letter one byte, read as Windows-1257.
        let table = super::super::Encoding::named("windows-1257").unwrap().table().unwrap();
        let looks = |word: &str| {
            let byte = |c: char| u8::try_from(u32::from(c)).unwrap();
            looks_baltic(&word.chars().map(byte).collect::<Vec<_>>(), &table)
        };
        for (word, expected) in [
            ("Eglë", Some(true)),
            ("Jânis", Some(true)),
            ("Lîga", Some(true)),
            ("Pçteris", Some(true)),
            ("Ìirts", Some(true)),
            ("Zoë", Some(false)),
            ("François", Some(false)),
            ("Benoît", Some(false)),
            ("García", Some(false)),
            ("Sánchez", Some(false)),
            ("Müller", Some(false)),
            ("Châtelé", Some(false)),
            ("Ángel", None),
            ("Ada", None),
        ] {
            assert_eq!(looks(word), expected, "{word}");
        }
    }
}
