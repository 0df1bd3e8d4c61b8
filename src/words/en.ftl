# The messages, in English: what the other languages are translated from. Logs and JSON speak English too.
#
# A message is a line: names in braces are values, `.fix` and the like belong to the message above. Keep commands, flags,
# file names and codes as they are.

## Codes: what they mean, and what to do about it

# Why a row is not sent
code-field_count = the row has more or fewer cells than the header
    .fix = put the values under the right columns; look for a delimiter inside an unquoted cell; or pass --ragged pad, which fills short rows with empty cells
code-empty_row = every cell of the row is empty
    .fix = delete the row
code-encoding = a cell cannot be decoded, or some of its letters were already lost
    .fix = retype the cell; if there are many, save the file as "CSV UTF-8" or pass --encoding
code-unclosed_quote = a quote is opened and never closed
    .fix = close the quote; everything after it was read as one cell
code-text_after_quote = text follows a closing quote
    .fix = write quotes inside a quoted cell twice: ""
code-quote_after_space = a space before the quote of a cell makes the quote part of it
    .fix = write "a","b" instead of "a", "b"; or pass --quote none if the quotes belong to the cells
code-swallowed_rows = a quoted cell contains what looks like other rows
    .fix = delete the quote, or write it twice inside quotes. Pass --quote none if quotes mean nothing in this file, or --quote double if this is one cell
code-row_too_long = the row is longer than the program reads, and none of its cells is given back
    .fix = leave out the column with pictures or the like (qsv drops columns), or look for a missing line end
code-json_line = the line is not one JSON object
    .fix = write one object per line, each key once
code-json_nested = a JSON value is nested inside another
    .fix = write the value as a text: jq -c '.KEY |= tojson' FILE; only custom_fields may be an object
code-unended_card = a vCard has no beginning or no end
    .fix = put each card between BEGIN:VCARD and END:VCARD, on lines of their own, or export it again
code-repeated_header = the header is repeated between the rows
    .fix = delete the row
code-totals_row = the row is the total of a table: its number is the sum of all the others
    .fix = delete the total from the list, or switch it off in the spreadsheet (Table Design > Total Row)
code-missing_identifier = the identifier is empty
    .fix = fill in the phone number
code-identifier = not an identifier: a number with a fraction, true or false, or letters that can be written in two ways
    .fix = export the column as text, and compare the identifier with the original
code-missing_name = the name is empty
    .fix = fill in a name, or build it from other columns: --map name="{"{"}column{"}"} {"{"}column{"}"}"
code-control_character = the cell has a control character or an invisible reordering mark
    .fix = delete the character; retyping the cell does that
code-line_break = the cell has a line break where the API expects one line
    .fix = put the cell on one line
code-phone_characters = the number has characters that no phone number has
    .fix = keep digits, + and spaces; extensions and words are not part of a WhatsApp number
code-phone_multiple = the cell has several numbers
    .fix = keep one number, or map another column
code-phone_scientific = a spreadsheet shortened the number to an exponent
    .fix = export the column as text again: the digits are lost in this file
code-phone_length = the number has too many or too few digits
    .fix = compare the number with the original; a spreadsheet may have dropped a leading 0
code-phone_country = no country has the code that the number begins with
    .fix = write the number with + and its country code
code-phone_ambiguous = the number may belong to one country, written without its +, or to another, as it is dialled there
    .fix = write it with + and its country code, or with its leading 0
code-phone_national = the number has no country code, and there is no default country
    .fix = if all of them are of one country, pass --default-country CC (such as IT). If a column says which country, name it in a mapping file (country_column). Or write the number with +
fix-national-beside-country = column "{ $column }" looks like the country of each row. Name it under [options] of a mapping file (callbell-import map FILE writes one), as country_column, or as country_code_column if it holds digits such as 39. Or write the number with +. --default-country would read all of them as numbers of one country
code-source = the API has no such source
    .fix = use whatsapp, facebook, instagram or telegram, or pass --source
code-bot_status = the value is neither bot_start nor bot_end
    .fix = write bot_start or bot_end, or pass --set bot_status=bot_end
code-assigned_user = the value does not look like an e-mail address
    .fix = write the e-mail address of a user of the account
code-team_uuid = the value is not a uuid
    .fix = write the team's uuid
code-channel_uuid = the value is not a uuid
    .fix = write the channel's uuid
code-note_length = the note is longer than 1000 characters
    .fix = shorten the note
code-custom_fields_json = the custom fields cannot be read, or one of them appears twice
    .fix = write {"{"}"Label": "value"{"}"}, or map a column with --map custom_fields.Label=column
code-tags_json = the tags begin like a JSON list but are not one
    .fix = write tags with a separator between them, or as ["one","two"]
code-country_unknown = the number is national, and the country column does not name a country
    .fix = write the country as a code such as IT, or write the number with +
code-phone_extension = the number has an extension
    .fix = delete the extension, or map a column with direct numbers
code-phone_known_otherwise = another number of the row belongs to a contact of an earlier run, and it is not certain whether that is the same person
    .fix = if it is the same person, keep only the earlier number in the row; if it is somebody else, delete the earlier number
code-phone_lost_zero = the number lacks a leading 0, which spreadsheets drop
    .fix = write the number with + and its country code, or export the column as text again
code-custom_field_value = the value does not match the custom field's type
    .fix = correct the value, or the type and format in the mapping file
code-custom_field_option = the value is not one of the custom field's options
    .fix = use one of the options, spelt as in the account
code-date_ambiguous = the date can be read in two ways
    .fix = declare how dates are written in the mapping file: date_format = "DD/MM/YYYY"
code-unsubscribed = the person does not want messages, and is left out on purpose
    .fix = pass --include-unsubscribed if these people may be imported all the same
code-continuation_row = the row only continues the one above it, and is left out on purpose

# Sent, with a warning
code-phone_unknown_range = the number is possible, but not in a range known to be in use by people
    .fix = compare a few with the original
code-name_long = a name longer than 255 characters
code-name_placeholder = a name such as NULL, n/a or #REF!
    .fix = fill in a name, or leave the row out
code-tags_mixed_separators = a tags cell has more than one kind of separator
    .fix = say which one separates tags: --tag-separator ';'
code-tag_case_twins = tags that differ only in upper and lower case
    .fix = keep one spelling
code-tag_comma = a tag with a comma in it
    .fix = say what separates tags: --tag-separator ','
code-phone_passed_over = an earlier cell of the row holds no valid number, so the next number was taken
    .fix = compare a few with the original
code-phone_area_code = a landline without its 0 that is as short as a number without its area code
    .fix = check that the area code is there, and write the whole number with its 0
code-phone_suspicious = the digits are all the same or in sequence, or the number ends in six zeros, as after a spreadsheet has rounded it
    .fix = check that these are real numbers
code-phone_fax = the only number is labelled as a fax or a pager
    .fix = check that a person answers there
code-echo_differs = the API answered with other values than were sent
    .fix = check that the tags, fields and users exist in the account under exactly these names
code-update_left_out = the API does not show the field's present value, so the field was not changed
    .fix = change the field in the dashboard

code-may_be_own = the contact that was found says something else than the row; it may be the one that this row created before it was edited
    .fix = look at the contact in the dashboard: it is what was sent before the row was edited, or it is somebody else's

# Changed on the way
code-phone_read_as_international = numbers without + were read as international
code-phone_made_international = national numbers were made international with the row's country or the default country
code-phone_punctuation = spaces and punctuation were removed from numbers, 00 was read as +, or invisible marks were removed from identifiers
code-phone_spreadsheet = characters that a spreadsheet adds were removed from numbers and identifiers
code-phone_zero_added = national numbers were read as if they had their leading 0
code-phone_zero_dropped = a (0) between the country code and the number was removed: it is dialled only within the country
code-phone_as_known = these rows have another number than the account's contact of the same person; the contact's number was kept
code-phone_one_of_several = these rows have several numbers; the first valid one was taken
code-fallback_used = the first of several columns is empty, so the next was taken
code-tag_dropped = tags that the mapping drops
code-value_converted = dates and numbers were converted to the API's format
code-trimmed = leading and trailing spaces were removed
code-tag_repeated = tags that appeared twice in a cell were sent once
code-placeholder_left_out = NULL, #N/A and the like, which programs write for an empty value, were left out of tags, notes and custom fields

# What became of a row
code-confirmed_by_lookup = the answer was lost, and a look-up found the contact
code-existing_same = the contact was in the account before, with the same data
code-existing_differs = the contact was in the account before, with other data. Or an earlier run settled the row, which now says something else or less
    .fix = look at the contact in the dashboard; nothing was changed there
code-duplicate_row = the same contact as an earlier row
code-refused = the API refused the contact
    .fix = read the message in failures.csv, correct the row and import that file
code-attempts_used_up = the server failed every time, and the contact was not created
    .fix = run the same command again: these contacts do not exist and will be sent again
code-no_lookup = the answer was lost, and contacts of this source cannot be looked up
    .fix = look in the dashboard whether they are there before you import them again
code-another_found = the answer was lost, and the look-up finds a contact with that number that is another one, or may be
    .fix = look in the dashboard how many contacts have the number. When you know, take the row out of the list; or delete the word `unconfirmed` in failures.csv to send it once more
code-lookup_failed = the answer was lost, and the look-ups got no answer either
    .fix = run the same command again later: each of these rows is looked up before anything is sent
code-strict = the answer was lost, and --strict does not allow sending again
    .fix = run the same command again later: each of these rows is looked up before anything is sent
code-already_there = the contact is in the account, which --on-existing fail does not allow
    .fix = take the row out, or pass --on-existing skip or update
code-existing_unknown = the look-up before sending failed every time, so the row was not sent
    .fix = run the same command again: an update may be repeated, and nothing is created twice
code-contact_gone = the contact was found, but no longer existed when it was to be changed
    .fix = run the same command again: an update may be repeated, and nothing is created twice
code-update_failed = the contact is there and was not changed: the server failed every time, or reported a change that it had not made
    .fix = run the same command again: an update may be repeated, and nothing is created twice
code-update_open = it is not known whether the contact was changed
    .fix = run the same command again: an update may be repeated, and nothing is created twice
code-let_go = the row was in doubt, and somebody closed the case
code-stopped_in_doubt = the run was stopped before the outcome was known
    .fix = run the same command again later: each of these rows is looked up before anything is sent

## What a run tells at its end

verbatim = { $text }
counted-rows = { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}
counted-created = { $rows } created
counted-existing = { $rows } existing
counted-updated = { $rows } updated
counted-duplicate = { $rows } duplicate
counted-invalid = { $rows } invalid
counted-rejected = { $rows } rejected
counted-failed = { $rows } failed
counted-unconfirmed = { $rows } unconfirmed
counted-not-attempted = { $rows } not attempted
counted-unaccounted = { $rows } unaccounted for
counted-failed-as-before = { $rows } failed as in the last run
counted-settled-before = { $rows } settled by earlier runs
status-created = created
    .meaning = in the account now, by this import
status-existing = existing
    .meaning = there before; nothing was written
status-updated = updated
    .meaning = there before, and changed as asked
status-duplicate = duplicate
    .meaning = the same contact as an earlier row
status-invalid = invalid
    .meaning = not sent: the row cannot be a contact
status-rejected = rejected
    .meaning = sent, and the API refused it
status-failed = failed
    .meaning = not created; it can be sent again
status-unconfirmed = unconfirmed
    .meaning = not known yet; the same command finds out
status-not-attempted = not attempted
    .meaning = the run stopped before

closing-nothing-to-do = Nothing to do: every row was settled by an earlier run.
closing-nothing-to-send = Nothing to send: every row that can be a contact was settled by an earlier run.
closing-all-left-out = 0 rows: the file has rows, but --skip, --limit or --shard leaves none of them; nothing was sent
closing-no-rows = 0 rows: the file has a header but no rows; nothing was sent
closing-colon = :
closing-settled-before = { $rows ->
    [one] 1 of these rows was settled by an earlier run, and is reported as it was then.
   *[other] { $rows } of these rows were settled by earlier runs, and are reported as they were then.
}
closing-confirmed = { $rows } confirmed by look-up
closing-differing = { $rows } with other data
closing-changed-since = { $rows } whose rows have changed since
closing-rows-changed = { $rows ->
    [one] { $rows } row says something else, or less, than when an earlier run settled it. Its contact was not compared with it. --on-existing update compares it
   *[other] { $rows } rows say something else, or less, than when an earlier run settled them. Their contacts were not compared with them. --on-existing update compares them
} and changes what differs.
closing-not-changed = { $rows ->
    [one] { $rows } contact that was already there differs from the list, and was not changed;
   *[other] { $rows } contacts that were already there differ from the list, and were not changed;
} --on-existing update changes such contacts.
closing-failed-as-before = { $rows ->
    [one] { $rows } of these rows failed in the last run in the same way, and has
   *[other] { $rows } of these rows failed in the last run in the same way, and have
} not changed since.
closing-left-in-doubt = { $contacts ->
    [one] { $contacts } contact of an earlier run is in doubt, and is no longer in this list: it
   *[other] { $contacts } contacts of earlier runs are in doubt, and are no longer in this list: each
} was sent, the answer was lost, and the journal keeps no number by which to look for it. Either put the row back and run again, which looks it up. Or look in the dashboard, and close the case: callbell-import verify { $folder } --let-go
closing-traffic = { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
} in { $duration }, { $retries } sent again, { $throttled } throttled
closing-not-created = Not created
closing-not-certain = Not certain yet
closing-there-already = Already there
closing-with-a-warning = With a warning
closing-more-causes = and { $causes ->
    [one] { $causes } more cause
   *[other] { $causes } more causes
}; failures.csv has them all
closing-cause = { $what }: { $meaning }; first: { $place }
closing-cause-said = { $what }: the API said "{ $said }"; first: { $place }
closing-cause-not-changed = { $what }: the contact is there, and the API answered the change with "{ $said }"; first: { $place }
closing-cause-bare = { $what }; first: { $place }
closing-results = Results
closing-failures = Failures
closing-next = Next

stop-too-many-failures = Stopped after { $failures } failures. Fix the causes below or raise --max-failures, then go on.
stop-time-up = Stopped: the { $duration } of --max-duration are over. The same command goes on.
stop-canary-differs = Stopped before the other rows: { $learnt }. Look at these contacts in the dashboard. Create the tags and fields that are missing there, or correct the mapping, then go on; or go on as it is with --no-canary.
stop-outage = Stopped: the server has not answered for { $duration }. Go on when it answers again.
stop-held-too-long = Stopped: the server asks to wait for { $duration }. Go on after that.
stop-not-the-api = Stopped: { $seen }. Check --base-url.
stop-payment-required = Stopped: the account's plan or credit does not allow it (402: { $said }).
stop-said-nothing = the server's message may name a person, and is not shown
stop-token-refused = Stopped: the token was refused ({ $status }: { $said }). Use a valid one, then go on.
stop-at-row = Row { $row } got this answer. If only that row does, for instance because a firewall dislikes its content, correct it or take it out of the list, and go on.
stop-untrusted = Stopped: the server's certificate is not trusted: { $why }.
stop-interrupt = Interrupted.
stop-hang-up = Hung up (SIGHUP), as happens when a terminal is closed.
stop-terminate = Terminated.

duration-short = { $seconds } s
duration-days = { $count ->
    [one] { $count }day
   *[other] { $count }days
}
duration-hours = { $count }h
duration-minutes = { $count }m
duration-seconds = { $count }s

## The plan

plan-input = Input
plan-account = Account
plan-profile = Profile
plan-output = Output
plan-whose-account = { $name } <{ $email }> at { $endpoint }
plan-unnamed-account = { $endpoint } (the API does not say whose token this is)
plan-fields = Fields
plan-by-profile = profile
plan-guessed = guessed
plan-no-column = no column gives it
plan-country = numbers without + or 00 are read as numbers of { $country }
plan-not-sent = Columns that are not sent
plan-unmapped = { $name }: { $reason }; { $filled ->
    [one] { $filled } cell
   *[other] { $filled } cells
} filled
plan-more-columns = and { $columns } more
plan-empty-columns = { $columns } empty: { $names }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}
no-name = (no name)
plan-rows-title = Rows
plan-rows = { $rows } in the file: { $send } to send, { $invalid } invalid, { $repeats } the same contact as an earlier row
plan-rows-of-part = { $rows } in the part of the file that is read: { $send } to send, { $invalid } invalid, { $repeats } the same contact as an earlier row
plan-repeats-differing = { $rows ->
    [one] { $rows } row repeats a contact with
   *[other] { $rows } rows repeat a contact with
} other data: only the first row of a contact is sent
plan-window = only the rows from { $first } on are read; the others take no part in this import and are not counted anywhere
plan-window-limit = only the rows from { $first } on are read, { $limit } at most; the others take no part in this import and are not counted anywhere
plan-all-left-out = the file has rows, but none of them is in the part that is read
plan-said-no = column "{ $column }" looks as if it said who wants no messages. { $rows ->
    [one] { $rows } row seems to say no, and its person is
   *[other] { $rows } rows seem to say no, and their people are
} imported all the same. To leave them out, write "{ $column }" = [{ $values }] under [unsubscribed] of a mapping file (callbell-import map FILE writes one). If they are meant to be imported, pass --include-unsubscribed
plan-in-doubt = { $rows ->
    [one] { $rows } row was
   *[other] { $rows } rows were
} left unconfirmed by an earlier run, and will be looked up before anything is sent
plan-with-a-warning = Sent with a warning
plan-changed-on-the-way = Changed on the way
plan-remark = { $code }: { $meaning }; first: { $place }
plan-such-as = { $what }, such as { $examples }
plan-file-grown = the file has changed since the last run: { $rows ->
    [one] { $rows } row is
   *[other] { $rows } rows are
} new
plan-file-changed = the file has changed since the last run: { $rows ->
    [one] { $rows } row is
   *[other] { $rows } rows are
} new or changed
plan-other-list = the folder holds the import of { $held }, which knows { $known ->
    [0] none
   *[other] { $known }
} of the { $contacts ->
    [one] one contact
   *[other] { $contacts } contacts
} in this list
plan-strangers-from-stdin = earlier imports from standard input into this folder know { $known ->
    [0] none
   *[other] { $known }
} of the { $contacts ->
    [one] one contact
   *[other] { $contacts } contacts
} in this list. If it is another list, give it its own folder (--out DIR). Otherwise its results replace those of the other list, and `undo` takes back both
plan-settled = { $rows ->
    [one] { $rows } row was settled by an earlier run, and is reported as it was then
   *[other] { $rows } rows were settled by an earlier run, and are reported as they were then
}
plan-met-again = of the rows that an earlier run settled, { $rows ->
    [one] the contact of { $rows } row is
   *[other] the contacts of { $rows } rows are
} looked at again: more is to be done about them now, or their rows say something else
plan-other-rules = { $rows ->
    [one] { $rows } of them was compared with its row
   *[other] { $rows } of them were compared with their rows
} under other rules for updates than now (--keep, --fill, [update])
plan-not-changed = of these, { $rows ->
    [one] { $rows } says
   *[other] { $rows } say
} something else now; the contacts are not changed (--on-existing update changes them)
plan-open = { $rows ->
    [one] { $rows } row was
   *[other] { $rows } rows were
} left open by an earlier run, and will be looked up before anything is sent
plan-open-and-gone = { $contacts ->
    [one] { $contacts } contact was left open by an earlier run and is no longer in the file, so it is not looked up
   *[other] { $contacts } contacts were left open by an earlier run and are no longer in the file, so they are not looked up
}
plan-first-request = First request
plan-example-request = Example of a request, from a row that is already settled
plan-first = row { $row }, line { $line }
plan-first-masked = row { $row }, line { $line }, values masked
plan-sending = Sending
plan-at-a-rate = { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
}, at most { $rate } per second: about { $duration }
plan-without-a-rate = { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
}, as fast as possible
plan-no-bot-status = { $contacts ->
    [one] { $contacts } contact has
   *[other] { $contacts } contacts have
} no bot_status: if the account has a bot, it answers them as soon as they write
    .fix = (--set bot_status=bot_end keeps it silent)
plan-kept = not changed in contacts that are already there: { $fields }
plan-filled = written in contacts that are already there only where empty: { $fields }
plan-webhooks = up to { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} will be created. Each triggers the account's webhook and Zapier, if it uses them
profile-columns = { $found } of the { $of } columns it is known by are there, { $percent } %
profile-recognised = { $title } ({ $name }): { $of }
profile-guessed = { $title } ({ $name }): { $of }; this is a guess
profile-asked = { $title } ({ $name }): as asked; { $of }
profile-asked-doubtful = { $title } ({ $name }): as asked; { $of }; this is a guess

existing-look-ups = to see who is already there, each row is looked up: { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
}, about { $duration } more{ $instead }
existing-or-a-walk = ; reading the contact list would take { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
}, and at most { $reads } for rows that are there, about { $duration }
existing-walk = to see who is already there, the contact list is read: { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
}, about { $duration }, and a request for each row that is there ({ $reads } at most); row by row it would take { $look_ups ->
    [one] { $look_ups } request
   *[other] { $look_ups } requests
}, about { $look_ups_duration }
existing-skip = contacts that are already in the account are reported and left as they are (--on-existing { $policy })
existing-update = contacts that are already in the account are changed to what the row says (--on-existing { $policy })
existing-fail = rows whose contact is already in the account are rejected (--on-existing { $policy })
existing-create = the account is not searched for contacts that already exist (--on-existing create): some may be there twice afterwards
existing-without-look-up = { $contacts ->
    [one] { $contacts } contact has a source without look-up: it cannot be seen whether it is already there, and it is
   *[other] { $contacts } contacts have a source without look-up: it cannot be seen whether they are already there, and they are
} sent

findings-certain = Does not fit the account
findings-uncertain = May not fit the account
findings-more = and { $findings } more; check --json has them all
findings-to-create = Create in the dashboard first, unless it is there
finding = { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}: { $what }
finding-nearest = { $what }; nearest "{ $nearest }"
first-row = { $what }; first: { $place }
row-place = row { $row } (line { $line })
row-and-line = { $row } (line { $line })
undo-first-row = ; first: { $place }
list-and-more = { $list }, and { $more } more
name-and-list = { $name }: { $list }

## What the system says

os-not-found = { $os }
os-permission-denied = { $os }
os-storage-full = { $os }
os-quota-exceeded = { $os }
os-file-too-large = larger than a file may become here, see ulimit -f ({ $os })
os-read-only = { $os }
os-is-a-directory = { $os }
os-not-a-directory = { $os }
os-already-exists = { $os }

## Rows: the `message` column

after = { $one }; { $other }
row-echo-differs = the API answered with other values than were sent: { $fields }
row-may-be-own = a contact was found that says something else than the row: it may be the one that was sent for this row before it was edited, or it is somebody else's
row-update-left-out = not changed, because the API does not show the present value: { $fields }
row-changed-since = an earlier run created the contact, and the row has changed since; the contact was not changed
row-changed-since-found = the contact was in the account when an earlier run came to it, and was not compared with the row as it is now; the contact was not changed
row-changed-since-updated = an earlier run changed the contact, and the row has changed since; the contact was not changed again
row-updated = changed { $fields }
row-duplicate-same = same contact and same data as row { $row }
row-duplicate-other = same contact as row { $row }, with other data
row-refused-field = the API refused { $field }: { $said }
row-change-refused-field = the contact is there, and the API refused to change { $field }: { $said }
row-change-refused = the contact is there, and the API refused to change it: { $said }
row-changed-all-the-same = but some fields of the contact did change: { $fields }
row-refused = the API refused the contact: { $said }
flaw-unclosed-quote = a quote is opened and never closed
flaw-text-after-quote = text follows a closing quote before the next delimiter; inside quotes, write a quote as ""
flaw-quote-after-space = a space before the quotes of a cell makes them part of it
flaw-swallowed-rows = a quote is opened, and what looks like other rows comes before the closing one
flaw-over-lines = { $what }; what was read as one row covers { $lines } lines
flaw-too-long = the row is longer than the program reads; its cells are only in the input, on the line given
flaw-cell-count = the row has more or fewer cells than its file has columns
flaw-json-line = the line is not one JSON object, or has a key twice
row-json-nested = the value of `{ $key }` is nested, but a cell is a text, a number, or a list of these; { $command } makes a text of it
flaw-json-nested = a value is nested, but a cell is a text, a number, or a list of these
flaw-unended-card = the card has no BEGIN:VCARD or no END:VCARD, or two cards run into each other

## What happened on the wire

fault-unreached = no connection: { $why }
fault-untrusted = the server's certificate is not trusted: { $why }
fault-throttled = the server asked to slow down (429)
fault-denied = the token was refused ({ $status })
fault-payment-required = the account's plan or credit does not allow it (402)
fault-refused = the API refused ({ $status })
fault-not-processed = the server did not begin to process the request ({ $status })
fault-broken = the server failed ({ $status })
fault-unusable = the answer ({ $status }) cannot be used: { $why }
lost-no-address = the path does not make an address
lost-too-large = the answer is larger than any that the API gives
lost-connecting = connecting took too long
lost-not-https = the server does not speak https
lost-refused = nothing listens there (connection refused)
lost-unreachable = the server's machine cannot be reached
lost-no-such-host = there is no server of that name, or no network to ask for it
lost-no-answer = no answer in time
lost-cut-off = the answer was cut off ({ $why })
lost-unknown-reason = unknown reason
unusable-not-json = it is not JSON
unusable-no-uuid = the contact has no uuid
unusable-no-contact = it has no contact
unusable-several-contacts = it has several contacts
unusable-no-contacts = it has no contacts
unusable-a-contact-no-uuid = a contact has no uuid
unusable-no-end = it does not say whether more follows
unusable-status = the API documents no such status
unusable-no-list = it has no { $key }
unusable-no-name = one of the { $key } has no name
unusable-circles = the contact list repeats itself, or has no end
unusable-another-number = it shows a contact with another number
unusable-another-contact = it shows another contact than the one that was asked for
unusable-not-deleted = it does not say that the contact was deleted
unusable-no-identity = it reports an error instead of the token's user
seen-no-object = the answer to /auth/me is not a JSON object
seen-redirect = the server redirects ({ $status }), which the API does not do
seen-redirect-to = the server redirects ({ $status }) to { $host }, which the API does not do
seen-unknown-path = the server does not know the path ({ $status })
left-open = an earlier run left it open
no-look-up-twin = another row of this source may have the same name
no-look-up-first-sent = it is not known when it was first sent
search-taken = the only contact like it belongs to another row
search-nobody = the contact list shows no contact like it, which proves nothing
search-hidden = a look-up finds a contact that may have been there before
search-several = the contact list shows several contacts that it may be
look-ups-unanswered = look-ups are not answered for { $seconds } s
look-up-failed = the look-up failed: { $why }
stopped-before-the-answer = the run was stopped before the answer
stopped-before-the-change = the run was stopped before it was known whether the contact was changed
change-in-vain = the API reported the change as made, but still shows the old values: { $fields }
not-there-any-more = the contact was there, and no longer is
closed-to-this-token = this token may not read it ({ $status })
learnt-untried = no first row could be sent and read back: those that were tried are already there or settled, or got no answer; the other rows follow
learnt-rows = first { $rows ->
    [one] row
   *[other] { $rows } rows
} sent and read back: { $created } created, { $updated ->
    [0] {""}
   *[other] { $updated } updated,{" "}
}{ $rejected } rejected
learnt-change-refused = { $contacts ->
    [one] { $contacts } existing contact was not changed
   *[other] { $contacts } existing contacts were not changed
}: the API refused it
learnt-answered = answered with { $answers }
learnt-phones = numbers are shown { $shapes }
learnt-phone-digits = as bare digits
learnt-phone-plus = with a +
learnt-phone-formatted = with spaces or the like
learnt-phone-hidden = not at all
learnt-visible-after = a new contact is found after { $seconds } s
learnt-unread = { $contacts } could not be read back
learnt-reads-refused = the API refused to show { $contacts } of them
learnt-looks-refused = the API refused to look up { $contacts } of them by number
learnt-not-found = { $contacts } not found by number, so a look-up could not settle a lost answer
learnt-doubled = { $contacts } next to another contact with the same number
learnt-duplicates = when a contact was already there, the API: { $answers }
learnt-not-shown = not shown, so not known: { $fields }
answer-form-object = an object under "contact"
answer-form-list = a list of one under "contact"
answer-form-bare = an object at the top
answer-form-bare-list = a list of one at the top
duplicate-answer-untouched = answered with the existing contact, unchanged
duplicate-answer-as-sent = answered with the existing contact, showing what was sent: it said the same before, or was overwritten
duplicate-answer-refused = refused with { $status }
duplicate-answer-second = created a second contact
duplicate-answers = { $answer } ({ $rows })
earlier-results-stay = results.csv and failures.csv stay as an earlier run left them, because they have more rows. What this run did is in the journal, and the next run reports it
closing-duplicates = When a contact was already there, the API: { $answers }
learnt-differences = differs from what was sent: { $fields }

## Rows: what keeps them from being sent

of = { $subject } { $what }
it = it
the-identifier = the identifier
the-name = the name
the-note = the note
the-custom-field = the custom field
the-tags-cell = the tags cell
the-custom-fields-cell = the custom_fields cell
a-tag = a tag
unfit-line-break = has a line break
unfit-reordering-mark = has an invisible mark that reorders text
unfit-byte-order-mark = has a byte-order mark in it
unfit-replacement-character = has a replacement character: a letter was lost before the file was made
unfit-control-character = has a control character
custom-fields-no-object = is not a JSON object such as {"{"}"City": "Rome"{"}"}
custom-fields-no-label = has a value without a label
custom-fields-label-twice = has the same label twice
custom-fields-broken-text = has a text with a broken escape
custom-fields-list = has a list with something else than texts
custom-fields-nested = has an object inside the object
tags-no-json-list = begins with [ but is not a JSON list of texts such as ["VIP","Rome"]
tags-no-csv = is not a line of CSV such as "VIP","Rome"
date-shape = is not a date in the declared format
date-no-such-day = is a day that does not exist
value-no-uuid = is not a uuid (32 hexadecimal digits); names are accepted when the account is asked
value-no-email = does not look like an e-mail address
value-no-bot-status = is neither bot_start nor bot_end
value-no-number = is not a number with "{ $decimal }" before the fraction and no separator between thousands
value-no-number-thousands = is not a number with "{ $decimal }" before the fraction and "{ $thousands }" between thousands
value-serial-date = is a spreadsheet's number for a date; format the column as text and export it again
value-ambiguous-date = is not written as YYYY-MM-DD, and no date_format says which is the day and which the month
value-is-a-list = is a list, but the field is a { $kind }
value-no-option = is not one of the options
value-no-option-nearest = is not one of the options; did you mean "{ $nearest }"?
phone-scientific = a spreadsheet shortened the number to an exponent, and its digits are lost; export the column as text
phone-multiple = the cell holds { $count } numbers; keep one
phone-short-after-slash = the part before the last "/" is a whole number, and the part after it is too short for another; keep one whole number, without "/"
phone-end-after-slash = after "/" come one or two digits, the end of a second number; keep one whole number, without "/"
phone-extension = the number has an extension, which WhatsApp does not support; keep the number before it if it is the person's own
phone-too-long = the number has { $digits } digits; the maximum is { $most }
phone-too-long-rounded = the number has { $digits } digits; the maximum is { $most }. A spreadsheet rounds such numbers, so compare it with the original
phone-too-long-with-code = with its country code the number has { $digits } digits; the maximum is { $most }
phone-too-short = the number has { $digits ->
    [one] { $digits } digit
   *[other] { $digits } digits
}; that is too few
phone-country = no country has the code that the number begins with
phone-country-column = no country has the code in the column with country codes
phone-of-another-code = the digits are not a number of country code { $code }, which is given beside them, but would be one of another country
phone-no-area-code = the area code is missing: with { $digits } digits this is a number as dialled within one town of { $country }; write the whole number, with its 0 if it has one
phone-day = the cell has a date (year-month-day) and not a number; map the column that has the numbers
phone-characters = the cell has characters that no phone number has; keep digits, spaces and the signs + and -
phone-negative = the cell holds a negative number; write the phone number as text
phone-fraction = the cell holds a number with a fraction; write the phone number as text
phone-no-digits = the cell has no digits
phone-zero-after-code = there is a 0 after the country code { $code }, which makes the number invalid; leave out the 0
phone-length = numbers with country code { $code } do not have { $digits ->
    [one] { $digits } digit
   *[other] { $digits } digits
} after it
phone-ambiguous = with + it would be a number of another country, and with a leading 0 a landline of { $country }; write the one that is meant
phone-ambiguous-long = with + it would be a number of another country; as a number of { $country } it would be longer than people's numbers are. Write it with + and the country code that is meant
phone-ambiguous-zero = { $code } may be the country code, and the 0 after it the one that is dialled only within { $country }; or both begin a number of { $country } that lost its leading 0. Write the number with + and without the 0 that is not dialled from abroad, or with the leading 0
phone-ambiguous-zero-before-code = without the 0 it would be a mobile number of { $country } with its country code { $code }, and with the 0 a longer number; write it with + and without the 0, or without { $code }
phone-ambiguous-abroad = the 00 may stand for a +, or begin the prefix that { $country } dials before a number abroad, and both give a valid number; write it with +
phone-ambiguous-one = a number of the United States or Canada without its +, or one of Mexico with the 1 that was dialled before it until 2020; write the +, or leave out the 1
phone-prefix-of-the-past = { $prefix } was dialled before numbers in Mexico until 2020, and is not part of the number; leave it out
phone-national = the number has no country code; write it with + or pass --default-country
phone-national-beside-country = the number has no country code, and its row names { $country }; write it with + and its country code, or declare that column (country_column or country_code_column under [options] of a mapping file)
phone-national-length = numbers of { $country } do not have { $digits ->
    [one] { $digits } digit
   *[other] { $digits } digits
}, and this is not an international number either
phone-known-otherwise = another number of the row belongs to a contact that an earlier run created, or may have created, and its results do not show whether it is the same person
phone-lost-zero = with a leading 0 it would be a number of { $country }; a spreadsheet may have dropped the 0
row-continuation = the row only continues the one above it
row-unsubscribed = column "{ $column }" says that the person does not want messages
row-source = the source is not whatsapp, facebook, instagram or telegram
row-no-identifier = the identifier is empty
row-identifier-of-nothing = the identifier is a word that programs write for an empty value
identifier-boolean = the identifier is a spreadsheet's or program's word for yes or no
identifier-quantity = the identifier is stored as a quantity, so its last digits may be lost; export the column as text
identifier-two-ways = the identifier has letters or digits that can be written in two ways; write it in plain letters and digits, as its source shows it
row-no-name = the name is empty
row-custom-field-twice = the custom field has one value in its own column and another in the custom_fields cell
row-note-length = the note has { $length } characters; the API takes { $most } at most
row-empty = every cell is empty
row-cells-to-mend = the row has { $cells } cells and the header { $columns }: the cell to the right of import_message marks a row that needs correction. Put the values under the right columns, then delete that cell
row-to-mend = a cell marks the row as one that needs correction, and may now be under a column of yours. Put the values under the right columns, then delete that cell
row-cells = the row has { $cells ->
    [one] { $cells } cell
   *[other] { $cells } cells
}, the header has { $columns }
row-encoding = column "{ $column }" cannot be decoded
row-repeated-header = the header is repeated between the rows
row-totals = its number is the sum of all the others in the column: it is the total of a table, not a person

## The mapping

mapped-added-to-every-row = added to every row
mapped-mobile-first = mobile numbers first
mapped-several-in-a-cell = several in a cell, separated by "{ $separator }"
mapped-country-code-from = country code from { $column }
mapped-country-from = country from { $column }
separated-by-tab = separated by tab
separated-by-text = separated by "{ $separator }"
separated-by = separated by { $separator }
separated-as-csv = each cell a line of CSV
separated-as-seen = separated by , or else ; or else |
unmapped-unsubscribed = says who does not want messages
unmapped-helps = helps to read the number
unmapped-not-in-the-mapping = not in the mapping
unmapped-could-be = could be the { $field }, but { $reason }
unmapped-taken-from = the { $field } is taken from "{ $column }"
unmapped-several = { $columns } columns could be the { $field }; choose with --map
unmapped-earlier-run = written by an earlier run
unmapped-reference = names an existing contact; a new one gets its own
unmapped-own-email = the contact's own address. The API has no field for it, but --map custom_fields.<label> can put it into a custom field
unmapped-part-of-a-name = part of a name; a template joins parts
unmapped-apelido = a surname in Portugal, a nickname in Brazil: it joins the name only if a template says so
unmapped-empty = empty
unmapped-by-profile = the profile does not use it
unmapped-no-field = no field has this name
misfit-of-the-list = it was not used for this in the list that these rows come from
misfit-source = not every value is one of the API's sources
misfit-user = not every value is an e-mail address, which is how the API names users
misfit-team = not every value is a uuid, which is how the API names teams
misfit-channel = not every value is a uuid, which is how the API names channels
misfit-bot-status = not every value is bot_start or bot_end
misfit-phone = not every value looks like a phone number
misfit-name = not every value looks like a name

did-you-mean = did you mean `{ $nearest }`?
flag-unknown = there is no flag { $flag }
    .fix = `callbell-import { $command } --help` shows them all
rule-without-update = { $flag } says what an update does, but --on-existing is { $policy }
    .fix = add --on-existing update, or leave { $flag } out
rule-and-rule = `{ $field }` is in both --keep and --fill
    .fix = --keep leaves the field as it is; --fill writes it where it is empty. Choose one of them
rule-of-nothing = { $flag } custom_fields.{ $label }: no column and no value gives a custom field with this label, so nothing would be protected
    .fix = leave { $flag } out, or name a label that the list has; callbell-import map shows them
flag-rehearsal = `callbell-import check FILE` does everything but send; `run FILE --sandbox` rehearses against a stand-in
flag-token = { $flag } is refused: a token is never passed as an argument, where every program on this machine could read it
    .fix = put it into a file that only you can read and pass --api-key-file FILE, or set CALLBELL_API_KEY. If it is now in your shell's history, make a new token
either = { $one } or { $other }
mapping-no-equals = `{ $text }` is not FIELD=VALUE
    .fix = for example --map name="Full name" or --set source=whatsapp
mapping-unknown-field = `{ $name }` is not a field
    .fix = fields are identifier, source, name, tags, custom_fields, custom_fields.<label>, assigned_user, team_uuid, channel_uuid, bot_status, note
mapping-template = the template `{ $template }` cannot be read: { $what }
template-not-closed = a {"{"} is not closed
template-not-opened = a {"}"} has no {"{"}
template-no-column = it names no column (--set gives a constant)
mapping-given-twice = { $field } is mapped twice: by `{ $one }` and by `{ $other }`
    .fix = keep one of the two --map. To take the first valid number of both columns, have a mapping file written (callbell-import map LIST --to FILE), put the following line under its [map] in place of the one for this field, and pass --mapping FILE: { $line }
    .fix-first = keep one of the two --map. To take the first column that has a value, have a mapping file written (callbell-import map LIST --to FILE), put the following line under its [map] in place of the one for this field, and pass --mapping FILE: { $line }
    .fix-text = keep one of the two --map. To join both columns, pass --map { $map }. To take the first column that has a value, have a mapping file written (callbell-import map LIST --to FILE), put the following line under its [map] in place of the one for this field, and pass --mapping FILE: { $line }
mapping-set-twice = { $field } is set twice: to `{ $one }` and to `{ $other }`
    .fix = keep one of the two --set { $field }=…
    .fix-tags = put all tags into one flag: --set tags=one,two
mapping-mapped-and-set = { $field } has both a column (`{ $column }`) and a constant
mapping-keep-one = keep one of --map { $field }=… and --set { $field }=…
mapping-no-such-column = the file has no column `{ $name }`
mapping-no-such-columns = the file has none of these columns: { $names }
mapping-column-meant = did you mean `{ $nearest }` by `{ $name }`?
mapping-columns-meant = did you mean: { $flags }
mapping-the-file = FILE
header-perhaps-below = line { $line } may be the header: pass --header-line { $line }
header-on-sheet = the sheet `{ $sheet }` has columns that are known: pass --sheet { $word }
header-perhaps-on-sheet = the list may be on another sheet: { $sheets }; pass --sheet NAME
lines-in-quotes = in { $path } each line is one quoted cell that contains { $columns } columns: a spreadsheet saves a list this way after opening it as a single column
    .fix = export the list again, or take the quotes off and pass the new file: tr -d '\r' < { $file } | sed 's/^"//; s/"$//; s/""/"/g' > mended.csv
mapping-column-of-numbers = column `{ $column }` seems to hold phone numbers: --map identifier={ $word }
mapping-columns-of-numbers = the columns { $columns } seem to hold phone numbers: pass --map identifier=<column> with the right one
mapping-names-unknown = no column has a name that is known, so the line may not be a header: `callbell-import map { $file }` shows { $columns ->
        [one] its column
       *[other] its { $columns } columns
    }
mapping-names-unknown-map = no column has a name that is known, so the line may not be a header: `callbell-import map { $file }` shows { $columns ->
        [one] its column
       *[other] its { $columns } columns
    }. Pass --map { $field }=<column>, --header-line N if the header is further down, or --no-header if the list has none
mapping-its-columns = its columns are: { $columns }
mapping-ambiguous-column = the file has { $columns } columns called `{ $name }`, and the mapping does not say which is meant
mapping-say-which = say which: { $columns }
mapping-constant = { $field } cannot be `{ $value }`: { $what }
constant-empty = it is empty
constant-identifier = every contact has its own
constant-source = expected whatsapp, facebook, instagram or telegram
constant-bot-status = expected bot_start or bot_end
constant-email = expected an e-mail address
constant-uuid = expected a uuid of 32 hexadecimal digits
constant-too-long = it is longer than 1000 characters
mapping-missing = no column gives the { $field }
mapping-pass-map = its columns are: { $columns }; pass --map { $field }=<column>
mapping-several-claim = { $count } columns could be the { $field }: { $columns }
mapping-choose-one = choose one: --map { $field }={ $column }
mapping-unknown-profile = there is no profile `{ $name }`
mapping-profiles = profiles are { $names }, none, or a file: --profile ./mine.toml
mapping-country = `{ $code }` is not a two-letter country code such as IT or US
mapping-file = cannot read the mapping file { $path }: { $why }
mapping-file-content =
    in the mapping file { $path }:
    { $what }
file-is-a-profile = this is a profile; pass it with --profile instead of --mapping
file-profile-table = a profile has a [profile] table with name, title and fingerprint
file-no-fingerprint = the fingerprint names no column
file-no-column = `{ $field }` names no column
file-no-texts = { $place }must be text in quotes, or a list of such texts
file-not-text = `{ $field }` must be text in quotes, not { $kind }
file-rule = `{ $field }` must be overwrite, fill or keep, not `{ $rule }`
file-custom-field = the custom field `{ $label }`: { $what }
file-unknown-key = { $place }there is no key `{ $key }`
file-known-keys = { $what }; there are: { $keys }
type-has-no = a field of this type has no { $what }
type-separators-alike = decimal_separator and thousands_separator are the same
type-needs-a-separator = a checkbox field needs a separator, such as separator = ";"
date-format-letters = date_format `{ $format }`: use YYYY, MM or M, DD or D
date-format-lacks = date_format `{ $format }` has no { $part }
date-format-repeats = date_format `{ $format }` has more than one { $part }

## The input

format-workbook = { $kind }, sheet "{ $sheet }"
format-no-header = no header, first row on line { $line }
format-header = header on line { $line }
format-single-quotes = cells quoted with '
format-no-quotes = no quotes
format-with-mark = { $encoding } with byte-order mark
format-as-named = { $encoding } (as you said)
format-with-broken = { $encoding } ({ $letters ->
    [one] one letter is not
   *[other] { $letters } letters are not
})
delimiter-comma = comma
delimiter-semicolon = semicolon
delimiter-tab = tab
delimiter-bar = vertical bar
delimiter-space = space
line-ends-old-mac = lines end as on an old Mac
line-ends-several = lines end in several ways
notes-surplus-empty = { $rows ->
    [one] { $rows } row has empty cells beyond the last column, which were removed
   *[other] { $rows } rows have empty cells beyond the last column, which were removed
}; first: line { $line }
notes-padded = { $rows ->
    [one] { $rows } row has fewer cells than the header; the missing cells are read as empty
   *[other] { $rows } rows have fewer cells than the header; the missing cells are read as empty
}; first: line { $line }
notes-cut = { $rows ->
    [one] { $rows } row has cells beyond the last column, which are left out
   *[other] { $rows } rows have cells beyond the last column, which are left out
}; first: line { $line }
notes-marks = { $rows ->
    [one] { $rows } row begins with a byte-order mark, as after joining files; the mark was removed
   *[other] { $rows } rows begin with a byte-order mark, as after joining files; the marks were removed
}; first: line { $line }
notes-empty-rows = { $rows ->
    [one] { $rows } row with nothing but separators is skipped
   *[other] { $rows } rows with nothing but separators are skipped
}; first: line { $line }
notes-footer-line = line { $line } at the end is outside the table and is skipped
notes-footer = lines { $first } to { $last } at the end are outside the table and are skipped
notes-unended = the last line, { $line }, has no line end. If the file was cut off while it was written or copied, this row is incomplete
notes-blank-lines = blank lines that are skipped: { $count }
notes-doubled = letters that were damaged before the file was made, such as Ã© for é: { $count }; they are sent as they are
notes-entities = letters written as in the source of a web page, such as &amp; for &: { $count }; they are sent as they are
warn-same-names = warning: { $what }. If you approve this plan, you confirm that they are other people
notes-same-names = { $count } columns share a name with another: map the first by `name (1)`, the next by `name (2)`
notes-binary = pictures, sounds and keys that are left out: { $count }
notes-other-sheets = sheets that are not read: { $sheets }; --sheet NAME reads another
sheet-with-rows = { $name } ({ $rows ->
    [one] { $rows } filled row
   *[other] { $rows } filled rows
})
sheet-hidden-with-rows = { $name } (hidden, { $rows ->
    [one] { $rows } filled row
   *[other] { $rows } filled rows
})
notes-agents = cards inside other people's cards (AGENT) that are left out: { $count }
notes-groups = groups, which are lists of people and not contacts, that are skipped: { $count }
notes-hidden = rows that are hidden in the sheet, by a filter or by hand, but imported all the same: { $count }
notes-uncalculated = { $count ->
    [one] { $count } cell is a formula that no program has calculated, and is read as empty or 0
   *[other] { $count } cells are formulas that no program has calculated, and are read as empty or 0
}. Open the file in a spreadsheet program and save it there
notes-merged = { $count ->
    [one] { $count } merged area covers
   *[other] { $count } merged areas cover
} several rows: only the first row of each has its text
notes-stray = lines outside any card that are skipped: { $count }
files-count = { $files } files
file-rows-none = no rows
file-rows-one = row { $row }
file-rows-range = rows { $first } to { $last }
file-with-rows = { $name }: { $rows } ({ $what })
file-with-note = { $name }: { $note }

input-io = cannot read { $path }: { $why }
    .fix = check the path; `-` reads standard input
input-not-a-file = { $path } is { $what }, not a file
file-directory = a directory
file-pipe = a pipe (pass `-` and let the shell connect it)
file-device = a device or socket
input-empty = { $path } is empty: it does not even have a header line
input-not-a-list = { $path } is { $what }, not a contact list
kind-pdf = a PDF document
    .fix = export or save it as "CSV UTF-8" and pass that file
kind-utf-32 = text in UTF-32
    .fix = save it as "CSV UTF-8"
kind-iso-2022 = text in ISO-2022-JP
    .fix = save it as "CSV UTF-8"
kind-bzip2 = a bzip2 archive
    .fix = unpack it first: bunzip2 FILE
kind-7z = a 7z archive
    .fix = unpack it first
kind-rar = a rar archive
    .fix = unpack it first
kind-sqlite = a SQLite database
    .fix = export or save it as "CSV UTF-8" and pass that file
kind-picture = a picture
    .fix = export or save it as "CSV UTF-8" and pass that file
kind-binary = binary data
    .fix = export or save it as "CSV UTF-8" and pass that file
kind-html = an HTML page (some programs call such a file .xls)
    .fix = open it in a spreadsheet and save it as "CSV UTF-8"
kind-xml = an XML document
    .fix = export or save it as "CSV UTF-8" and pass that file
kind-word = a Word document
    .fix = copy its table into a spreadsheet, save that as "CSV UTF-8" and pass that file
kind-numbers = an Apple Numbers, Pages or Keynote document
    .fix = export it (File > Export To > CSV) and pass that file
kind-rtf = a word processor's document
    .fix = export or save it as "CSV UTF-8" and pass that file
kind-calendar = a calendar
    .fix = export the contacts, not the calendar
kind-json-list = a JSON list
kind-json-object = JSON that is not one object per line
input-json-lines = pass one object per line: { $command } | callbell-import run -
input-json-lines-unpacked = unpack it, and pass one object per line: { $command } FILE | callbell-import run -
kind-packed-twice = packed twice
    .fix = unpack it once and pass the result
input-which-encoding = { $path } is not UTF-8, and some of its letters can be read in more than one way{ $readings }
    .fix = pass the encoding whose letters are right: --encoding { $encodings }. Any other WHATWG name works, too. Or save the file as "CSV UTF-8"
input-perhaps-encoding = { $path } is not UTF-8. Its letters make words in { $encoding }{ $readings }
    .fix = if these letters are right, pass --encoding { $encoding }. If not, pass the encoding that the list was exported with, or save the file as "CSV UTF-8"
input-unknown-encoding = { $path } is not UTF-8, and its letters make no words in any encoding that was tried (the first is on line { $line })
    .fix = find out the encoding in which the list was exported and pass it: --encoding NAME, any WHATWG name. Or save the file as "CSV UTF-8"
input-byte =
    {""}
    {"  "}{ $count ->
        [one] byte
       *[other] bytes
    } { $bytes } (line { $line }): { $readings }
input-letter-in = { $letter } in { $encodings }
input-no-letter = nothing
input-mixed-encodings = { $path } mixes encodings: { $letters } of its letters are UTF-8 and { $broken } are not
    .fix = it was probably joined from several files: save each as "CSV UTF-8". With --encoding utf-8 the rows that are not UTF-8 are invalid and the others are imported
input-wrong-encoding = { $path } is { $found }; read as { $named }, its letters would be damaged
    .fix = leave --encoding out
found-utf-8-mark = UTF-8, according to its first bytes
found-utf-16-mark = UTF-16, according to its first bytes
found-utf-16-zeros = { $order }, according to the zeros between its letters
found-no-utf-16 = not UTF-16 in either byte order
found-utf-8 = UTF-8 throughout
input-header-not-text = the header of { $path } (line { $line }) is not valid text in { $encoding }
    .fix = save the file as "CSV UTF-8", or pass another --encoding
input-no-header = { $path }, line { $line }: the first row looks like data, not like a header (column { $column } of it)
    .fix = if the file has no header, pass --no-header and name columns by position, such as --map identifier={ $column }; if this is the header, pass --header
input-no-header-there = { $path }, line { $line }: the line that --header-line names looks like data, not like a header (column { $column } of it)
    .fix = name the line that has the names of the columns, as an editor or a spreadsheet counts lines. If there are several files, each must have them on that line; otherwise import them one by one
input-no-such-header-line = { $path } has no header on line { $line }: that line is empty, does not exist, or is more than 64 KiB from the beginning
    .fix = pass --header-line with the number that an editor or a spreadsheet shows beside the names of the columns
header-below = { $path }: line { $line } does not look like a header, but line { $below } does ({ $columns })
    .fix = pass --header-line { $below }, or delete the lines above it. If the first line is the header all the same, pass --header, and --map for the fields
header-of-file =
    {""}
    {"  "}{ $path }: line { $line }
other-columns-unknown = { $path } has other columns than the files before it, and none of the column names of { $unknown } is known (line { $line })
    .fix = --header-line applies to all files. If the names of the columns are on different lines, import the files one by one, each with its own
    .fix-first = give the columns the same names, or import the files one by one. If they have no such names, pass --no-header
headers-on-other-lines = the headers of the files are on different lines, below titles{ $files }
    .fix = --header-line applies to all files. Delete the lines above the headers, or import the files one by one, each with its own --header-line
input-which-delimiter = the cells of { $path } may be separated by { $one } or by { $other }: both fit
    .fix = say which: --delimiter ','
input-too-many-columns = { $path } has more columns than the maximum of { $most }
    .fix = check the delimiter; `--delimiter` sets it
input-record-too-long = { $path }, line { $line }: one record is longer than { $most } bytes, and its end was not found
    .fix = look for a missing closing quote or line end there, or for content that is not a contact
input-quote-to-the-end = { $path }, line { $line }: a quote is opened and never closed, so the { $lines } lines to the end of the file are read as one cell
    .fix = look for a missing closing quote on that line
input-quote-after-space = { $path }, line { $line }: spaces before the quotes of the header make the quotes part of the names
    .fix = write "a","b" instead of "a", "b", in all lines; or pass --quote none if the quotes belong to the cells
input-bomb = { $path } unpacks to more than { $ratio } times its size, or to more than { $most } bytes
    .fix = if it really is a list, unpack it and pass the result
input-workbook-too-large = { $path } is a workbook whose parts are larger than { $most } bytes
input-element-too-long = { $path } is a workbook with a cell, or another part of a sheet, of more than { $most } bytes
input-too-many-cells = { $path } is a workbook with more than { $most } cells, including repeated ones
input-save-the-sheet = save the sheet as "CSV UTF-8" and pass that file
input-damaged = { $path } cannot be unpacked: { $what }
    .fix = export it again, or unpack it with the program that made it
input-locked = { $path } cannot be unpacked: { $name } in it is locked with a password
    .fix = save it without a password
archive-member = { $name } in it { $what }
archive-newer = is packed with { $method }, which only newer programs unpack
archive-same-name = two of its files have the same name, and only one of them would be read
archive-no-beginning = has no beginning
damaged-locked = { $format }: it is locked with a password
damaged-cut = { $format }: its end is missing, as when only a part of it was copied or downloaded
damaged-checksum = { $format }: the unpacked content is not what was packed; the file was damaged on the way
damaged-twice = { $format }: row { $row } is in the sheet twice, so its content is not certain
damaged-inside = { $format }: its content is not as it should be; the file is damaged, or is of another kind
damaged-parts = its parts do not fit together
input-empty-archive = { $path } is an archive with no file in it
input-no-such-member = { $path } contains no file `{ $wanted }`, or several; it contains{ $members }
input-several-members = { $path } contains several files{ $members }
input-and-more =
    {""}
    {"  "}and { $more } more
input-say-which-member = say which: --member NAME
input-too-many-members = { $path } is an archive of { $members } files; the maximum is { $most }
input-several-sheets = { $path } has several sheets with the same columns: { $sheets }
    .fix = a run reads one of them: say which with --sheet NAME, and give each its own folder with --out DIR
input-all-hidden = the only sheets of { $path } that are not empty are hidden: { $sheets }
    .fix = read one of them with --sheet NAME, or unhide it in a spreadsheet program
input-no-such-sheet = { $path } has no sheet `{ $wanted }`
input-its-sheets = its sheets are: { $sheets }
input-other-columns = { $path } has other columns than the files before it{ $columns }
    .fix = give the columns the same names, or import the files one by one
input-lacks =
    {""}
    {"  "}missing: { $columns }
input-only-it-has =
    {""}
    {"  "}only in this file: { $columns }
input-two-share-a-name = : two of them share a name, and are in other places
input-option-unfit = { $path } is { $what }: { $option } cannot be used with it
unfit-no-archive = not an archive of files
unfit-no-workbook = not a workbook
unfit-no-header-line = a list without a header line
input-changed = { $path } was changed while it was being read (after byte { $byte })
    .fix = wait until nothing writes to it any more, then run the same command again
input-stdin-too-long = standard input is longer than { $most } bytes, and has to be kept on the disk of the output folder
    .fix = write it to a file and pass that
input-spool = cannot keep standard input in { $path }: { $why }
input-aside = cannot store the rows on disk: { $why }
phone-and-another = { $first }; the row has another number, which is not used instead
phone-none-of-several = none of the row's { $count } numbers is valid; the first: { $first }
phone-country-unknown = the number has no country code, and the country column does not name a country
phone-of-another-country = the number would be read as one of { $default }, but its row names { $country }; write it with + and its country code, or declare that column (country_column or country_code_column under [options] of a mapping file)

## What does not fit the account

not-checked = { $what } could not be checked: { $why }
    .fix = compare them with the dashboard yourself
the-teams = teams
the-channels = channels
the-users = users
the-tags = tags
the-custom-field-called = the custom field "{ $label }"
ambiguous-team = { $teams } teams are called "{ $team }"
    .fix = write the team's uuid
unknown-team = the account has no team "{ $team }"
    .fix = write the name or uuid of a team; `callbell-import account` lists them
ambiguous-channel = { $channels } channels are called "{ $channel }"
    .fix = write the channel's uuid
unknown-channel = the account has no channel "{ $channel }"
    .fix = write the title or uuid of a channel; `callbell-import account` lists them
discarded-channel = the channel "{ $channel }" is no longer in use
    .fix = write a channel that is in use
channel-source = the channel "{ $channel }" is a channel of { $source }, but the source of these rows is { $rows_source }
    .fix = correct the source or the channel
main-channel-unknown = these rows name a WhatsApp channel and others ({ $others }) name none, and it is not known which channel is the main one. A person who is in both could be stored twice
    .fix = name the channel in every WhatsApp row or in none. Or use a token that may read the channels, and another folder if this one was begun without it
channels-after-none = rows name a WhatsApp channel, but rows of earlier runs into this folder named none, and the account did not show its main channel when the folder was begun. People who were sent before could be created a second time
    .fix = name the channel in every run or in none, or look for who is already there: --on-existing skip
none-after-channels = WhatsApp rows name no channel, but rows of earlier runs into this folder named one, and the account did not show its main channel when the folder was begun. People who were sent before could be created a second time
no-main-channel = the account shows no main WhatsApp channel for contacts without a channel
    .fix = give a channel: --set channel_uuid=…
unknown-user = the account has no user { $user }
    .fix = write the e-mail address of a confirmed user
perhaps-unknown-user = no team has a user { $user }; but not every user is in a team
undeclared-tag = tag "{ $tag }" is not in the known_tags of the mapping file
    .fix = correct the tag, or add it to known_tags
tag-spelt-otherwise = tag "{ $tag }" is spelt differently in the account
unknown-tag = tag "{ $tag }" is on no contact that was read
    .fix = create it in the dashboard, or correct it
too-many-values = { $field } has more than { $values } distinct values; the others were not checked
    .fix = check that the right column was mapped
unknown-field = custom field "{ $label }" is on no contact that was read
    .fix = create it in the dashboard, correct the label, or declare it in the mapping file
field-shape = "{ $label }" is a { $kind } field in the account
field-shape-checkbox = declare it in the mapping file: type = "checkbox" and what separates its options
field-shape-other = declare the type that the account has
unknown-option = option "{ $option }" of "{ $label }" is not known
    .fix = create the option in the dashboard, or correct the value
field-type = "{ $label }" is a { $kind } field in the account, and these values do not fit it
field-type-declare = declare it in the mapping file: type = "{ $kind }" and how its values are written
rounded-identifiers = every identifier of 16 digits or more ends in zeros, like numbers that a spreadsheet has rounded
    .fix = compare one with the original; if it differs, export the column as text
no-bot-status = no bot_status: if the account has a bot, it answers these people as soon as they write
    .fix = --set bot_status=bot_end keeps it silent; --set bot_status=bot_start confirms that it may answer
refusal-misfits = { $things ->
    [one] 1 thing does not fit the account
   *[other] { $things } things do not fit the account
}
refusal-warnings = { $warnings ->
    [one] 1 warning, and --deny-warnings is set
   *[other] { $warnings } warnings, and --deny-warnings is set
}
refusal-both = { $misfits } and { $denied }
refusal = { $what }; nothing was sent; the first concerns { $first }
    .fix = correct the file or the account; `callbell-import check` lists everything, `callbell-import account` shows what the account has
walk-no-use = the contact list cannot be used ({ $why }); each row is looked up instead
walk-no-numbers = the list shows contacts without a number
walk-no-main-channel = it is not known which WhatsApp channel is the main one, and each contact is in one
walk-no-channels = the account has several WhatsApp channels, and the list does not show which one a contact is in
walk-no-end = the contact list has no end
walk-incomplete = the list shows fewer contacts than it counts
walk-other-source = the list shows contacts of an unknown source
walk-other-numbers = a contact in the list is not found under the number shown there
walk-too-fast = the contact list changes faster than it can be read
account-of-nobody = the account did not say who owns the token

## The report

report-import-of = Import of
report-outcome = Outcome
report-caption = The rows by outcome
report-status = Status
report-rows = Rows
report-share = Share
report-means = Means
report-sentence = { $rows }: { $parts }.
report-created-confirmed = { $created } ({ $confirmed })
headline-all-left-out = The file has rows, but --skip, --limit or --shard leaves none of them
headline-no-rows = The file has no rows
headline-good = Every row ended as wanted
headline-failures = { $rows ->
    [one] Finished; { $rows } row needs attention
   *[other] Finished; { $rows } rows need attention
}
headline-token = The API token was refused
headline-unconfirmed = { $rows ->
    [one] Finished; { $rows } row is not certain yet
   *[other] Finished; { $rows } rows are not certain yet
}
headline-by-hand = Stopped by hand; the same command goes on
headline-stopped = Stopped early; the same command goes on
percent = { $share } %
percent-less = < { $share } %
percent-more = > { $share } %
report-next = What to do next
report-not-as-wished = Not created, or already there and different from the row, by cause
report-not-created = Not created, by cause
report-not-certain = Not certain yet, by cause
report-examples = Examples
report-row = Row
report-line = Line
report-name = Name
report-identifier = Identifier
report-message = Message
report-the-api-said = the API said “{ $said }”
report-the-api-said-of-a-change = the contact is there, and the API answered the change with “{ $said }”
report-more-causes = { $causes ->
    [one] { $causes } more cause
   *[other] { $causes } more causes
}
report-all-failures = All of them, in the columns of the input, are in failures.csv beside this file.
report-warnings = Sent, with a warning
report-warning = Warning
report-first-row = First row
report-wire = On the wire
report-took = Took
report-requests = Requests
report-per-second = Per second
report-limit = Limit
report-no-limit = none
report-sent-again = Sent again
report-throttled = Throttled (429)
plot-requests = Requests and rows per second
plot-requests-words = At most { $most } requests a second, { $mean } on average.
plot-requests-key = requests and rows.
plot-requests-key-limit = requests and rows; dashed: the limit.
plot-latency = Time to answer, in milliseconds
plot-latency-words = The slowest twentieth of the answers took up to { $slowest } ms.
plot-latency-key = half of the answers, and 95 %.
plot-throttled = Answers “too many requests” (429) per second
plot-throttled-words = { $throttled ->
    [one] { $throttled } answer asked to slow down.
   *[other] { $throttled } answers asked to slow down.
}
plot-blue = Blue
plot-orange = orange
report-mapping = Mapping
report-export-of = recognised as an export of
report-by-profile = as in exports of this program
report-field = Field
report-from = From
report-note = Note
report-unmapped = { $columns ->
    [one] { $columns } column that was not sent
   *[other] { $columns } columns that were not sent
}
report-column = Column
report-why = Why
report-filled = Filled cells
report-account = The account
report-address = Address
report-user = User of the token
report-created = Created contacts
report-first-created = The first { $contacts }, with links
report-contact = Contact
report-all-results = All of them are in results.csv beside this file.
report-made = Started { $started }, ended { $ended }, exit code { $exit }. Made by callbell-import { $version }.
report-privacy = This file contains people's names and numbers. It loads nothing and runs nothing.
learnt-plan = Plan
learnt-channels = Channels
learnt-teams = Teams
learnt-tags = Tags seen
learnt-fields = Custom fields seen
learnt-contacts = Contacts before
learnt-about = about { $contacts }
learnt-answers = Answers to contacts
learnt-there-already = Contacts already there
learnt-clock = Clock of the server
learnt-none = none
clock-agrees = agrees with the clock of this machine
clock-ahead = { $seconds } s ahead of the clock of this machine
clock-behind = { $seconds } s behind the clock of this machine

## While a run goes on

progress-in-flight = { $rows } in flight
progress-throttled = { $rows } throttled
progress-sent-again = { $rows } sent again
progress-in-doubt = { $rows } in doubt
progress-looking = looking for the last { $rows }
progress-left = { $time } left
progress-rows = rows
progress-of-limit = {" "}of { $limit }
progress-requests-per-second = {" "}requests/s
progress-line = { $settled }/{ $rows } rows{ $rate }, { $left }: { $counts }
progress-stopping-by-hand = stopping: no more rows are sent, and the run waits for the answers to those already sent; a second Ctrl-C (or signal) stops at once
progress-stopping = stopping: no more rows are sent
progress-outage = the server does not answer ({ $last }). No more rows are sent until it does, for at most { $time }; no row is lost
progress-outage-over = the server answers again, after { $time }

next-rehearsal = a rehearsal begins anew each time; a real import continues with the same command
next-bound = the same command would stop here again: correct the failed rows in the list, or raise --max-failures. Then it goes on with the { $rows ->
    [one] row that is open or was not sent
   *[other] { $rows } rows that are open or were not sent
}
next-goes-on = the same command again goes on with the { $rows ->
    [one] row that is open or was not sent
   *[other] { $rows } rows that are open or were not sent
}
next-decide = look in the dashboard whether the { $rows ->
    [one] person of that row is there; if not, delete the word `unconfirmed` in { $file }, then: { $command }
   *[other] people of { $rows } such rows are there; where they are not, delete the word `unconfirmed` in { $file }, then: { $command }
}
next-correct = correct the rows in { $file }, then: { $command }

## Errors, hints and questions of the command line

error = error:
hint = hint:
intake-scratch = cannot read back the data that did not fit into memory: { $why }
intake-thread = cannot start the reading thread: { $why }
journal-open = cannot open the journal: { $why }
journal-read = cannot read the journal: { $why }
journal-write = cannot write the journal: { $why }
journal-sync = cannot sync the journal: { $why }
journal-newer = the journal has format { $found }; this program reads up to { $known }
damage-line = the line at byte { $byte } is broken
damage-gap = records are missing before byte { $byte }
damage-before = it was already damaged
damage-end = its last { $bytes ->
    [one] { $bytes } byte is
   *[other] { $bytes } bytes are
} missing
damage-no-head = it has no first line
damage-no-journal = the file is gone
journal-head-lost = the journal is damaged at its head: { $what }
journal-changed = the journal was changed while it was in use
related-lock-held = a related import is running in { $folder }: { $holder }
    .fix = it may create the same people. Run this command again when it has ended (`run` waits for it with --wait-lock)
lock-held = another run holds this import: { $holder }
lock-unwritable = cannot write { $path }: { $why }
lock-unsupported = cannot lock { $path }: { $why }
unknown-process = an unknown process
output-folder = cannot use the output folder { $path }: { $why }
output-write = cannot write { $path }: { $why }
output-folder-of-another = { $path } belongs to another user (uid { $owner }), and you may not read and write in it
output-of-another = { $path } belongs to another user (uid { $owner }), and you may not read and write it. Somebody ran a command on this import as that user
run-broken = a delivery failed inside the program: { $what }
run-miscounted = the counts do not add up: { $what }
survey-scratch = cannot store the data that does not fit into memory: { $why }
drift-rows = the file has { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}; those of the last { $runs } runs had { $least } to { $most }
drift-invalid = { $percent } % of the rows are invalid; in the last { $runs } runs it was at most { $most } %
drift-unended = the last row has no line end, although it had one in the last { $runs } runs; the file may have been cut off there
drift = { $what }; nothing was sent
    .fix = look at the file. If it is right, pass --max-drift none this once, or --max-drift { $share }%
drift-once = look at the file. If it is right, pass --max-drift none this once
drift-meaning = nothing was sent: the file differs too much from those of the last runs
base-url = --base-url cannot be used: { $why }
base-url-none = it is not an address such as https://api.callbell.eu/v1
base-url-unencrypted = http:// is accepted only for this machine: on a network it would expose the token and the contacts
base-url-user = it contains a user name or password; pass the token separately
base-url-query = it contains a query or a fragment
address-none = it is not an address such as https://hc-ping.com/…
address-scheme = it must begin with https://
address-unencrypted = http:// is accepted only for this machine: such an address is often a secret
token-empty = it is empty
token-too-long = it is longer than { $most } characters
token-characters = it contains characters that no token has (spaces, quotes, or letters beyond ASCII)
undo-log-open = cannot open undo.log: { $why }
undo-log-read = cannot read undo.log: { $why }
undo-log-write = cannot write undo.log: { $why }
undo-log-sync = cannot sync undo.log: { $why }
undo-log-newer = undo.log has format { $found }; this program reads up to { $known }
undo-log-other-import = undo.log belongs to another import than the journal beside it
ca-cert-read = cannot read --ca-cert { $path }: { $why }
ca-cert = --ca-cert { $path } cannot be used: { $why }
    .fix = pass a file that contains `-----BEGIN CERTIFICATE-----` lines
ca-cert-broken = it is not a list of certificates in PEM form: { $why }
ca-cert-none = it contains no certificate
http-set-up = cannot set up the HTTP client: { $why }
http-token = the token cannot be sent as an HTTP header
rate-not-shared = cannot share the rate limit with other runs through { $path }: { $why }
hint-make-room = nothing is sent that cannot be written down first. Free some disk space, then run the same command again
hint-folder-gone = the folder was moved or deleted while the program worked in it. Put it back where it was before you run the command again: only it knows who was created. Without it, whoever is not looked up first is created a second time: Instagram, Messenger, Telegram, and everybody with --on-existing create
hint-shorter-folder = choose a folder with a shorter name for the results: --out DIR
hint-no-folder = something that is not a folder has this name, such as a file or a broken link. Choose another folder with --out, or move it away
hint-newer-program = use the newer version of the program, or another folder: --out DIR
hint-put-back = restore a copy of the folder. Or pass --restart, which forgets what was created: compare with results.csv first
hint-nothing-else-may-write = no other program may write into the folder of an import
hint-wait-for-the-lock = wait until that run has ended, or import into another folder: --out DIR
hint-writable-folder = import into a folder that you can write to: --out DIR
hint-told-in-its-folder = the import that these failures come from has to record where they go: make { $folder } writable
hint-folder-of-another = run the command as that user (put sudo -u '#{ $owner }' before it). Or, if the import is to be yours from now on: sudo chown -R { $user } { $folder }
hint-give-back = give the file to the user who owns the folder: sudo chown --reference={ $folder } { $folder }/*. Or run the command as the user of this import
hint-folder-with-locks = an import needs a folder on a file system that supports locks: --out DIR
hint-bug = this is a bug; please report it
hint-the-imports-address = pass the address of that import: --base-url { $held }
hint-another-folder = import into another folder: --out DIR
hint-nothing-was-sent = nothing was sent
nothing-was-sent = Nothing was sent.
stopped-before-sending = Stopped before anything was sent.
warn-monitoring = warning: { $why }; the import goes on without it
warn-rate = warning: the API documents a limit of { $limit } requests per second, and you asked for { $rate }
warn-journal-damaged = warning: the journal is damaged ({ $damage }). Every row without a recorded result is looked up before it is sent. Rows that cannot be looked up (Instagram, Messenger, Telegram) stay unconfirmed
job-gone-on = a run or an undo has continued this job in { $folder }, and only that folder knows which contacts it created or deleted
    .fix = continue there: --out { $folder }
hint-job-elsewhere = that folder is not here: it was moved, or is on another machine. Continue where it is now
hint-job-in-parts = some parts of the job were undone. Undo the other parts there, too
part-of-job = { $folder } belongs to one part of a fleet's job, and the fleet would not know which contacts a run creates there
    .fix = collect the job with `fleet collect`, and continue in the folder of its results. verify and undo also work on a part
warn-gone-on = warning: a run or an undo has continued this job in { $folder }. The contacts that it created or deleted are not counted here
job-went-on = the fleet has continued this job since it was collected here
    .fix = collect it again with fleet collect; use another folder if you corrected something in this one
warn-job-away = warning: the folder into which this job was collected cannot be found ({ $folder }). Do not enqueue that job again: it would create the contacts of this run a second time
warn-elsewhere-damaged = warning: the import in { $folder } is damaged ({ $damage }), so it may no longer know all the people of this list that it created. People whom this import does not know are looked up before they are sent. Those who cannot be looked up (Instagram, Messenger, Telegram) stay unconfirmed. Restore that folder. If it has nobody of this list, move away what is left of it and delete given-back.json beside this import's journal.log
warn-elsewhere-replaced = warning: { $folder } held an import that belongs to this one, and now holds another. It is no longer known which people of this list the first one created. People whom this import does not know are looked up before they are sent. Those who cannot be looked up (Instagram, Messenger, Telegram) stay unconfirmed. Move the first import back to its place
warn-elsewhere-was-here = warning: these failures were given back here before, and the import that resulted is no longer in this folder. People whom this import does not know are looked up before they are sent. Those who cannot be looked up (Instagram, Messenger, Telegram) stay unconfirmed. Restore that folder. Or, for people who you know are not in the account, delete the word in import_status
warn-failures-of-nobody = warning: these rows are a copy of a file of failures, and a copy does not say which import it comes from. A person whom you correct here and also in the list would be created twice. Correct the file where it was written, and give it back with the command that was shown there
waiting-for-the-lock = waiting: { $why }
ask-send = Send { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} to { $endpoint }?
ask-send-with-bot = Send { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} to { $endpoint }? { $rows } of them have no bot_status, so a bot may answer them.
ask-yes = [Y/n]
ask-no = [y/N]
guessed = { $guesses }, and there is no terminal to ask on
guessed-profile = the file is only guessed to be an export of { $title } ({ $found } of { $of } columns)
    .fix = if it is no such export, pass --profile none. If it is, pass --yes to take all guesses, or these flags: { $flags }
guessed-column = { $field } is only guessed to be `{ $column }`
    .fix = if that is right, pass --yes to take all guesses, or these flags: { $flags }
other-account = this folder holds an import into another account than that of { $user }
other-account-unnamed = the API does not say whose token this is, so it cannot be checked that this folder's import is in the same account
other-endpoint = this folder holds an import through { $held }, not { $asked }
other-country = the runs into this folder read numbers without + or 00 as numbers of { $before }; this run would read them as numbers of { $now }. Whoever has such a number would become somebody else, and be created a second time
    .fix = nothing was sent; pass --default-country { $before } as before, or import into another folder: --out DIR
other-people = the runs into this folder identified people by { $before }; this run would use { $now }. The same people would count as others, and be created a second time
    .fix = nothing was sent; map the identifier from { $before } as before, or import into another folder: --out DIR
other-people-gone = the runs into this folder identified people by { $before }. This list has no { $gone }, so this run would use { $now }. The folder knows { $known } of the contacts in this list. Of the others, everybody who has another identifier there would be created a second time
other-labels-gone = the runs into this folder chose between several numbers by { $gone }, which this list does not have. The folder knows { $known } of the contacts in this list. Of the others, everybody who is known by another number would be created a second time
hint-column-gone = nothing was sent; give the list back the columns that it had. If { $now } has the same identifiers for the same people, say so once: --map { $map }. Or import into another folder: --out DIR
hint-columns-gone = nothing was sent; give the list back the columns that it had. If { $columns } have the same identifiers for the same people, read them all, in this run and those that follow: { $key } under [map] of a mapping file (callbell-import map LIST --to FILE writes one, and --mapping FILE reads it). Or import into another folder: --out DIR
hint-column-gone-for-good = nothing was sent; give the list back the columns that it had: none of the columns that it has now contains anybody who is known. Or import into another folder: --out DIR
same-names = { $folder } knows { $known } of the { $contacts } contacts in this list. Of the others, { $others } have the name of somebody in its results who has another identifier, the first in row { $row }. The identifiers seem to be read differently than before, and the same people would be created a second time
    .fix = nothing was sent; compare the list with { $folder }/results.csv. Identifiers are now read by { $by }. If these are other people, import them into another folder (--out DIR), or approve the plan: callbell-import plan LIST, then run LIST --plan PLAN
lost-refusals = the runs into this folder left out people who said no, by { $column }. That column is no longer in the list, or leaves nobody out, so these people would be sent
    .fix = nothing was sent; give the list that column back, or name the column that says so now under [unsubscribed] of a mapping file. --include-unsubscribed sends these people all the same
other-source-by-column = in the runs into this folder everybody was of { $before }, and now the column { $column } would give the source. The same people would count as others, and be created a second time
    .fix = nothing was sent; pass --source { $before } as before. Or, if the column is right, pass --map { $map }: everybody who is of another source there is created a second time
other-source-no-column = in the runs into this folder the column { $column } gave the source, and now everybody would be of { $now }. The same people would count as others, and be created a second time
    .fix = nothing was sent; pass --map { $map } as before, or import into another folder: --out DIR
hint-source-column-gone = nothing was sent; if the column has another name now, pass --map source=COLUMN. If everybody is of { $now }, pass --source { $now }
other-source = in the runs into this folder everybody was of { $before }, and now everybody would be of { $now }. The same people would count as others, and be created a second time
    .fix = nothing was sent; pass --source { $before } as before, or import into another folder: --out DIR
other-numbers = the runs into this folder read identifiers by { $before }, and this run would read them by { $now }. The person in row { $row } would become somebody else, and be created a second time
    .fix = nothing was sent; read them by { $before } as before, or import into another folder: --out DIR
bare-identifiers = { $rows ->
    [one] 1 identifier of this list has
   *[other] { $rows } identifiers of this list have
} characters around them that a spreadsheet or a copy has added. Earlier versions of this program sent those characters, and this one takes them off, so people who were sent with them would be created a second time
    .fix = nothing was sent; undo the earlier runs (callbell-import undo), then import into another folder: --out DIR
no-country-any-more = earlier runs read the numbers without + or 00 of this list as numbers of { $before }, and now no country is given. These people would become somebody else, or have no valid number
other-list = { $folder } holds the import of another list, { $held }, and knows { $known ->
    [0] none
   *[other] { $known }
} of the { $contacts ->
    [one] one contact
   *[other] { $contacts } contacts
} in this list. The results of this list would replace those of the other, and `undo` would take back both
    .fix = nothing was sent; give this list its own folder: --out DIR. If it is the same list in another place, or the next night's: --out { $folder }
standard-input = standard input
failures-read-otherwise = the lists that { $file } and { $other } come from were mapped differently, and here one mapping would be used for both
    .fix = give each of them back by itself
folder-of-other-failures = { $folder } holds the results of other failures: { $held }
    .fix = give these failures their own folder: --out { $out }
failures-edited = { $file } was edited since it was written. This run reads the whole list again, not that file. To import your corrections from it: { $command }
stdin-unsettled = an earlier list from standard input was not finished, and now another one arrives. The earlier list is kept. To continue it, pass it to `run` with the flags that it was read with: callbell-import run { $file } --out { $folder } …
failures-kept = failures.csv had been edited and is kept as { $file }. To import your corrections from it: { $command }
problems-kept = problems.csv had been edited and is kept as { $file }
stdout-failed = standard output did not take everything: { $why }
no-signals = cannot listen for signals: { $why }
stdin-is-a-terminal = `-` reads standard input, which is a terminal here
    .fix = connect it to a file: callbell-import run - < contacts.csv
stdin-of-several = `-` is standard input, and cannot be one of several files
    .fix = join the files first, or import them one by one
token-refused = { $base } refused the API token ({ $status })
    .fix = tokens are made in the dashboard under settings, API keys; nothing was sent
not-the-api = { $base } is not the API: { $seen }
    .fix = check --base-url; nothing was sent
asks-to-slow-down = { $base } asks to slow down (429)
    .fix = nothing was sent; try again later
asks-to-wait = the server asks to wait for { $duration } before anything is sent (429); Ctrl-C ends the wait
waits-for-an-answer = { $what }; nothing was sent. The program keeps asking for at most { $most } (--max-outage); Ctrl-C ends the wait
asks-to-wait-too-long = { $base } asks to wait for { $duration } (429)
    .fix = nothing was sent; run the same command again after that time
own-column-mapped = column `{ $column }` cannot give { $field }: failures.csv has a column of the same name on its right, and what this program writes there would be sent when you give the file back
    .fix = rename column `{ $column }` in the list; nothing was sent
own-column-alone = the list has a column `{ $column }`, which is also a column on the right of failures.csv; the list's values would be lost there
    .fix = rename column `{ $column }` in the list, or delete it if it comes from an old failures.csv; nothing was sent
json-list-for-a-text = in { $path }, line { $line }, `{ $column }` is a list, but { $field } takes a single text
    .fix = write it as one text, or map another column to { $field }; nothing was sent
file-gives-none = { $path } has none of the columns that give { $field }: { $columns }. None of its rows could be a contact
    .fix = name its column, too, in a mapping file: { $field } = [{ $columns }, "…"]. Its columns are: { $its }. Or import { $path } alone
numbers-have-points = column `{ $column }` holds numbers, not texts. Numbers always have a point before the fraction, but the separators declared for `{ $label }` are others
    .fix = remove decimal_separator and thousands_separator for `{ $label }`, or write its numbers as texts in the file
does-not-answer = { $base } does not answer: { $why }
    .fix = nothing was sent; check the network and try again
warning = warning: { $what }
address = { $flag } cannot be used: { $why }
documented-limit = the API documents { $limit } requests per second
rate-none = --rate none is only for servers on this machine
sandbox-token = the sandbox's token is not valid: { $why }
sandbox-start = cannot start the sandbox: { $why }
sandbox-settings-read = cannot read the sandbox's settings { $path }: { $why }
sandbox-settings =
    in the sandbox's settings { $path }:
    { $what }
sandbox-port = cannot start on port { $port }: { $why }
sandbox-runs = The sandbox is running; { $page } shows what it holds. Ctrl-C stops it. To use it:
sandbox-held = The sandbox held { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
}.
no-token = there is no API token
    .fix = put it in a file and pass --api-key-file FILE, or set CALLBELL_API_KEY; --sandbox needs none
token-none-in = { $place } holds no API token: { $why }
token-no-such-file = the file for the API token cannot be read: { $why }
    .fix = its name is not shown, because it looks like a token. Put a token into a file that only you can read (--api-key-file FILE), or into CALLBELL_API_KEY
token-unreadable = cannot read the API token from { $place }: { $why }
token-no-text = it is not UTF-8 text. PowerShell writes UTF-16 with >; this writes ASCII: Set-Content -Encoding ascii
folder-of-others = warning: { $path } belongs to another user, who could forge the record of what was created. Use a folder of your own: --out DIR
folder-open-to-others = warning: other users can write to { $path }, and could forge the record of what was created; chmod 700 keeps them out
token-readable = warning: other users can read { $place }; chmod 600 keeps the API token to yourself
token-no-such-command = the shell does not know the command in --api-key-command
    .fix = it is not shown, because it may be the token itself. Put a token into a file that only you can read (--api-key-file FILE), or into CALLBELL_API_KEY
token-command-start = cannot run --api-key-command: { $why }
token-command-failed = --api-key-command failed ({ $status })
token-command-much = --api-key-command printed more than { $bytes } bytes, which cannot be a token
token-command-slow = --api-key-command did not end within { $seconds } s, and was stopped
    .fix = nothing was sent; without a terminal nobody can be asked to unlock anything. Use a command that asks nobody, or --api-key-file
token-command-no-text = the output of --api-key-command is not text
token-command-output = the output of --api-key-command
journal-open-at = cannot open the journal { $path }: { $why }
journal-read-at = cannot read the journal { $path }: { $why }
journal-aside = cannot set the journal { $path } aside: { $why }
journal-head = the journal in { $folder } is damaged at its head
    .fix = put back a copy of the folder
nothing-sent-yet = nothing was sent from { $folder } yet: its run ended before that
    .fix = callbell-import status { $folder } says why
undo-log-aside = cannot set undo.log aside: { $why }
undo-log-closed = undo.log is not open
undone-deleted = undo deleted { $deleted ->
    [one] { $deleted } contact
   *[other] { $deleted } contacts
} of this import
undone-restored = undo put back what this import had changed in { $restored ->
    [one] { $restored } contact
   *[other] { $restored } contacts
}
undone-both = undo deleted { $deleted ->
    [one] { $deleted } contact
   *[other] { $deleted } contacts
} of this import and put back { $restored } that it had changed
undo-under-way = an undo of this import has begun and is not finished
    .fix = finish it first: callbell-import undo { $folder }
undo-of-failures-under-way = an undo of { $folder }, where failures of this list were imported, has begun and is not finished. --restart would also restart that import
hint-restart-undone = pass --restart to import their rows again, or import into another folder: --out DIR
restart-undone = --restart imports the rows of { $contacts } undone contacts again, and there is no terminal to ask on
    .fix = if you want these rows to be imported again, pass --yes as well
ask-restart-undone = Import the rows of { $contacts } undone contacts again?
restart-goes-on = an earlier run began this --restart, and this run continues it: what was sent since then is not forgotten. (To restart once more, first run it to its end without --restart, or use another folder: --out DIR)
restarted-undone = the rows of { $contacts } undone contacts are imported again; the record of the undo is kept as { $kept }
rehearsal-forgotten = { $folder } held a rehearsal; it is forgotten now
rehearsal-over-import = { $folder } holds a real import, which a rehearsal would overwrite
    .fix = rehearse into another folder: --out DIR
rehearsal-gone = a rehearsal's stand-in for the API is gone when the rehearsal ends
    .fix = start a lasting one with `callbell-import sandbox`, and import into it with --base-url
ask-restart = Forget what earlier runs did in { $folder }? Contacts that they created may be created a second time.
overwrites-input = { $file } is the list to be read, and would be overwritten; nothing was read or sent
    .fix = choose another folder with --out DIR, or another name
dash-is-no-file = { $flag } - is not possible: standard output already carries the closing summary of the run
    .fix = name a file. /dev/stdout also works for events; /dev/stderr keeps the two apart
overwrites-no-file = { $file } is a device, a pipe or a folder, and would be replaced by a regular file; nothing was written
    .fix = name a file. Where a command can write to standard output, that is `-`, as in --to -
overwrites-others = { $file } exists and was not written by this program. It would be overwritten, so nothing was read or sent
    .fix = choose another folder with --out DIR, or move that file away
    .name = name another file, or move that one away
restart-unasked = --restart forgets what earlier runs did, and there is no terminal to ask on
    .fix = if contacts may be created a second time, pass --yes as well
nothing-forgotten = nothing was forgotten, and nothing was sent
warn-restart-other-numbers = warning: according to the runs that --restart forgets, { $people ->
    [one] a person of this list is
   *[other] { $people } people of this list are
} in the account by another number of the row than the one that is used now, the first in row { $row }. Whoever is still there is created a second time
warn-restart-of-a-part = warning: a person whom another part of the list knows by another number is left to that part. Until that part is restarted, too, no part sends this person. Run all parts once more after that
restarted = earlier runs are forgotten; their journal is kept as { $kept }
restarted-without-journal = earlier runs are forgotten; their journal was already gone
thousand-logs = { $folder } already holds a thousand logs that were set aside
    .fix = delete those that you no longer need: { $files }
approved-read = cannot read the plan { $path }: { $why }
approved-no-plan = { $path } is not a plan
    .fix = callbell-import plan FILE writes one
approved-write = cannot write the plan { $path }: { $why }
approved-version = the version of the program
approved-input = the input
approved-mapping = the mapping or the names in the account
approved-reading = how the file is read (--encoding, --sheet and the like)
approved-endpoint = the address of the API
approved-account = the account
approved-update = what an update keeps or fills
approved-rows = the number of rows
approved-to-send = the number of rows to send
approved-otherwise = this run differs from the plan: { $changed } changed since it was made; nothing was sent
    .fix = make a new plan and have it approved: callbell-import plan FILE
approved-written = The plan is in { $plan }. This command carries out exactly that plan, or sends nothing: { $command }
plan-to-nowhere = a plan is a file that is approved and run, so --to needs a file name; `-` is not one
plan-offline = a plan is made for one account, and --offline does not ask the account
note-undone = note: { $told }; run imports their rows again only with --restart
note-guessed = note: { $guesses }. Without a terminal, run needs --yes, or: { $flags }
check-problems = The invalid rows with their reasons are in { $file }
report-unwritten = the report cannot be saved: { $why }
report-not-there = a run writes the report at its end; name the folder of an import that has reached its end
report-foreign = { $path } was not written by this program
    .fix = run the same import again; it writes the report anew
report-unmade = the report cannot be made: { $why }
cannot-read = cannot read { $path }: { $why }
cannot-write-into = cannot write into { $path }: { $why }
no-file-name = { $path } is not a file name
no-folder = there is no folder { $folder }
no-import-in = there is no import in { $folder }
import-set-aside-with-its-list = the import in { $folder } was set aside when its list was restarted with --restart; its journal is now { $kept }
    .fix = give the failures of the list back once more. People who are still in the account are found there, and nobody is created twice
hint-folder-of-results = name the folder that a run wrote its results into, such as contacts.import
hint-parts-in = the imports are in folders within it ({ $parts }). Name each by itself; the first is { $first }
hint-folder-of-run = name the folder that a run writes its results into; check and map write no journal there
import-unreadable = cannot read the import in { $folder }: { $why }
warn-ledger-damaged = warning: the journal is damaged ({ $damage }); contacts that were created may be missing here
warn-undo-log-damaged = warning: undo.log is damaged ({ $damage }); contacts that this undo deleted may be reported as gone before
no-such-command = there is no command `{ $name }`
there-are = there are: { $names }
no-manual = cannot make the manual: { $why }
no-completions-for = there are no completions for `{ $shell }`
no-completions = cannot make completions: { $why }
no-temporary-folder = cannot make a temporary folder: { $why }

## Settings files

config-place = { $file }, line { $line }, column { $column }
environment-list = warning: { $name } is ignored, because the environment cannot hold a list: pass --{ $flag }, or write `{ $flag }` into a settings file
environment-nearest = warning: { $name } is not a setting and is ignored; did you mean { $nearest }?
environment-unknown = warning: { $name } is not a setting and is ignored
environment-refused = the value of the environment variable { $name } cannot be used: { $why }
environment-one-of = expected one of { $values }
environment-kind = expected { $kind }
config-unreadable = cannot read the settings file { $path }: { $why }
config-unknown-key = { $place }: there is no setting `{ $key }`
    .fix = settings have the names of flags; callbell-import config show lists them
config-not-a-setting = { $place }: `{ $key }` is passed with each command and cannot be set in a settings file
config-secret = { $place }: `{ $key }` would be the API token itself, and settings files are copied and shared
    .fix = put the token into a file that only you can read and name that file: api-key-file = "token.txt". If the settings file has left this machine, make a new token
config-value = { $place }: `{ $key }` cannot be used: { $why }
config-unknown-preset = there is no preset `{ $name }` in { $files }
config-not-there = { $file }, which does not exist
config-a-preset = a preset is a table: [preset.NAME]
config-a-preset-default = a preset is a table: [preset.NAME]; default-preset = "NAME" selects one
config-writable = { $place }: `{ $key }` decides what is run, written, trusted or contacted, but other users can write to { $file }
    .fix = if the file is yours: chmod go-w { $file }
config-strangers = { $place }: `{ $key }` decides what is run, written, trusted or contacted, but { $file } belongs to another user (uid { $owner })
    .fix = if you trust what it says, make it yours: sudo chown { $user } { $file }. Or use your own file with --config
config-elsewhere = { $place }: the API token would be sent where this file says, but the token does not come from this file
    .fix = say where the token is in the same file (api-key-file or api-key-command), or pass --base-url or --ca-cert
config-twice = `{ $key }` is set twice here
config-list = a list can hold only texts and numbers
config-scalar = expected a text, a number, true or false
config-preset-name = expected the name of a preset
config-one-value = expected one value, not a list
config-true-or-false = expected true or false
config-one-of = expected one of { $values }
config-no-value = it is not a value of this setting
config-show-flags = config show takes the flags of run

## account

account-users = Users
account-contacts = Contacts
account-plan = { $name }; { $channels } channels included, { $licences } licences, { $users } active users
account-main-channel = main
account-discarded-channel = out of use
account-members = { $members } members
account-all-users = these are all the users: as many as the plan counts
account-some-users = there may be more: a user who is in no team is not shown
account-pages-of = { $read } of { $pages } pages
account-pages = { $read } pages
account-read = read for the following: { $contacts } ({ $pages })
account-read-of = about { $size } in the account; read for the following: { $contacts } ({ $pages })
account-tags = Tags on these contacts
account-fields = Custom fields on these contacts
account-no-type = type not shown
account-more-pages = tags and fields that no contact read so far has are not shown; --pages reads more
account-more = and { $more } more; --json has them all
account-not-shown = not shown: { $why }

## map

map-unasked = there is no terminal to ask on, so nothing is written
    .fix = pass --yes to write the mapping file as proposed
map-wrote = Wrote { $file }. Next: { $command }
map-wrote-open = Wrote { $file }. It is not complete yet.
map-open = no column seems to give the { $fields }
    .fix = choose one in { $file }, under [map]
map-open-word = open:
map-guessed = guessed from the names or values of columns: { $fields }; please check
map-failed = failed:
map-tests = { $tests ->
    [one] { $tests } test
   *[other] { $tests } tests
}: { $passed } passed, { $failed } failed
map-profile = { $title } ({ $name }): { $found } of the { $of } columns it is known by are there
map-column = column
map-filled = filled
map-values = values
map-becomes = becomes
ask-column = Number of a column to change, or Enter to write { $file }:
map-numbers = The columns have the numbers 1 to { $last }.
ask-field = { $column }: { $fields }, custom_fields.<label>, or - for none:
ask-overwrite = { $file } already exists. Overwrite it?
map-kept = { $file } already exists, and is not overwritten
    .fix = write another file: --to FILE

## undo and verify

steps-looked-at = contacts looked at
steps-done-with = contacts finished
steps-read-back = contacts read back
undo-unasked = deleted contacts cannot be restored, and there is no terminal to ask on
    .fix = look at --dry-run first, then pass --yes
undo-left-open = an earlier undo was interrupted while deleting it
undo-unreadable = it cannot be read: { $why }
undo-shown-all-the-same = the API says that it does not exist, but shows it
undo-refused = the API refused to delete it ({ $status })
undo-then-refused = { $last }; then the API refused to delete it ({ $status })
undo-still-there = { $why }; it is still there
undo-not-put-back = { $why }; it is not put back
undo-api-left-it = the API did not put back { $fields }
undo-change-refused = the API refused to change it ({ $status })
undo-dry-run-first = nothing is deleted before a dry run has shown what would be
    .fix = callbell-import undo { $folder } --dry-run, look at undo.csv, then the same with --yes
undo-nothing-to-delete = There is nothing to delete.
undo-finished-before = This undo had already finished, and is only reported again. To look again at what it kept: callbell-import undo { $folder } --dry-run
undo-nothing-deleted = Nothing was deleted.
ask-undo = Type { $number } to { $what }:
undo-delete = delete { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} for ever
undo-put-back = put back what was changed in { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
}
undo-delete-and-put-back = delete { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} for ever and put back what was changed in { $updates }
undo-sum = { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
}: { $parts }
undo-can-be-deleted = { $contacts } can be deleted
undo-can-be-put-back = { $contacts } can be put back
undo-deleted = { $contacts } deleted
undo-confirmed = of these { $contacts } confirmed by look-up
undo-restored = { $contacts } put back
undo-restored-in-part = of these { $contacts } in part
undo-gone = { $contacts } gone before
undo-kept = { $contacts } kept
undo-failed = { $contacts } failed
undo-unknown = { $contacts } unknown
undo-not-reached = { $contacts } not reached
undo-kept-because = { $contacts } kept: { $meaning }
kept-changed = changed or used since they were created
kept-cannot_tell = show something that they did not show when they were created, so it is not certain that nobody changed them
kept-older = existed before they were sent
kept-age_unknown = it is not known whether they existed before they were sent
kept-not_ours = came back with another name or number than was sent, or without something that was sent
kept-only_looked_up = were found by a look-up, and only number and name show that this import created them
kept-not_known = it is no longer known what was sent for them, or what they said before
kept-cannot_empty = were given a value where there was none, and the API cannot empty it
kept-may_be_own = may be what was sent for rows that were edited since, or somebody else's
kept-not_listed = were created after the dry run
undo-member-of-all = `{ $member }` differs in every contact. If the account sets it by itself, pass --ignore { $member }
undo-not-in-results = { $contacts ->
    [one] one of these contacts is not in the list that was read last, so results.csv does
   *[other] { $contacts } of these contacts are not in the list that was read last, so results.csv does
} not have them; an earlier list, or an earlier edition of this one, brought them
undo-open = { $rows ->
    [one] { $rows } row is open
   *[other] { $rows } rows are open
}: it is not known yet whether their contacts were created, so none of those is deleted. `run` settles the rows that are in its list (before an undo). For the others look in the dashboard; `verify --let-go` closes the case
undo-given-back = failures of this import were given back, and { $contacts ->
    [one] 1 contact was created from them and stays
   *[other] { $contacts } contacts were created from them and stay
}; callbell-import undo { $folder } --dry-run looks at them
undo-report = Report
undo-miscounted = the counts do not add up
hint-undo-log = nothing is deleted that cannot be written down first; undo.log says what was deleted
next-same-command = the same command again goes on
next-without-dry-run = the same command without --dry-run does it
next-after-undo = `run` now refuses this folder; --restart imports those rows again
verify-sum = { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
}: { $parts }
verify-sum-of = { $contacts } of { $of } contacts: { $parts }
verify-as-sent = { $contacts } as sent
verify-differing = { $contacts } with differences
verify-gone = { $contacts } no longer there
verify-unknown = { $contacts } of which it is not known what was sent
    .fix = what was sent is missing from sent.log, which was changed or lost, and verifying again will not help. Compare the contacts that verify.csv calls `unknown` with the list yourself
verify-unreadable = { $contacts } that could not be read
    .fix = run the same command later: it tries again to read those that could not be read
verify-not-read = { $contacts } not read
verify-altered = { $contacts } altered by the API when it was created
verify-changed = { $contacts } changed since
verify-differs = { $contacts } different, not known since when
verify-not-shown = sent, but not shown by the API: { $fields }
verify-open = { $rows ->
    [one] { $rows } row is open
   *[other] { $rows } rows are open
}: it is not known yet whether what was sent took effect. `run` settles the rows that are in its list. For the others look in the dashboard; --let-go closes the case for all of them
verify-let-go = { $rows ->
    [one] { $rows } row that was open is let go
   *[other] { $rows } rows that were open are let go
}: they are no longer reported. If they are in a list again, they are looked up before anything is sent
verify-seed = the same sample again: --seed { $seed }
verify-findings = Findings

## status

status-no-address = an unknown address
status-import = { $folder }: an import into { $endpoint }
status-state = State
status-running = running: { $who }
status-broken-off = not running: the last run broke off before it could record how it ended
status-ended = ended
status-stopped = stopped before its end
status-not-begun = not begun
status-last-run = Last run
status-last-try = Last try
status-hint = Hint
status-failed-at = ended { $at }, exit code { $code }: { $why }
status-given-back = given back into { $folder }: { $rows }
status-ended-at = ended { $at }, exit code { $code }
status-ended-stopped = ended { $at }, exit code { $code }, stopped by { $why }
status-rate = Rate
status-per-second = { $rate } contacts settled per second over the last minute
status-undo = Undo
undo-contacts-deleted = { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} deleted
undo-contacts-put-back = { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} put back
status-warning = Warning
status-damaged = the journal is damaged ({ $damage }), and what it has lost is not counted here
status-damaged-since = the journal is damaged ({ $damage }); the counts are those from the end of the last run
status-created-confirmed = { $rows } created and confirmed by look-up
status-open = { $rows } sent without an answer so far
status-waiting = { $rows } taken but not sent yet
status-repeating = { $rows } repeating another
status-not-sent-yet = { $rows } not sent yet
status-rest = { $rows } not taken yet, invalid, or repeating another
status-rest-or-before = { $rows } not taken yet, invalid, repeating another, or known from before
status-in-the-file = { $rows } in the file: { $parts }
status-by-the-journal = { $rows } in the file; so far, by the journal: { $parts }
status-in-the-part = { $rows } in the part of the file that was read ({ $window }): { $parts }
status-part-by-the-journal = { $rows } in the part of the file that is read ({ $window }); so far, by the journal: { $parts }
status-before = Before
status-in-doubt = In doubt
status-left-in-doubt = { $contacts ->
    [one] { $contacts } contact of an earlier run that is no longer in the list
   *[other] { $contacts } contacts of earlier runs that are no longer in the list
}; callbell-import verify { $folder } --let-go closes the case
status-from-before = { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} in the journal from runs of another edition or part of the list; which of them are rows of this one is known when a run has ended
next-undo = callbell-import undo { $folder } continues the undo
next-restart = run --restart imports the deleted rows again
next-restart-changes = run --restart makes the changes again that were put back
next-rehearsal-only = a rehearsal begins anew each time
next-same-run = the same run command again goes on
next-run = this goes on: { $command }
next-bound-run = correct the failed rows in the list, or raise --max-failures; then the same run command goes on
next-mend-first = fix what the last try reports; then the same run command goes on

## Exit codes

exit-0 = every row ended as wanted
exit-1 = finished, some rows invalid, rejected or failed
exit-2 = usage, configuration or mapping; nothing was sent
exit-3 = the input cannot be read
exit-4 = the token was refused
exit-5 = stopped early; the same command goes on
exit-6 = local output failed; with room, the same command goes on
exit-7 = another run holds the lock
exit-8 = finished, but rows remain unconfirmed
exit-70 = a bug
exit-130 = Ctrl-C; results are complete for what happened
exit-143 = SIGTERM or SIGHUP; results are complete for what happened
exit-by-signal = { $signal }; results are complete for what happened
exit-early = stopped before sending began

## Notices to other people's programs

notice-nothing = callbell-import: nothing was sent (exit code { $code }: { $meaning })
notice-nothing-because = callbell-import: nothing was sent (exit code { $code }: { $meaning }): { $why }
notice = callbell-import: { $rows ->
    [one] { $rows } rows
   *[other] { $rows } rows
}: { $parts } (exit code { $code }: { $meaning })

row-already-there-same = the contact is already in the account with the same data, which --on-existing fail does not allow
row-already-there-other = the contact is already in the account with other data, which --on-existing fail does not allow
mapped-first-valid = first valid of: { $columns }
mapped-first-filled = first filled of: { $columns }
mend-mark = mend this row and then delete this cell
    .before = mend this row, then delete this cell
ping-start-lost = the ping at the start did not arrive: { $why }
ping-end-lost = the ping at the end did not arrive: { $why }
notice-lost = the notice of --notify did not arrive: { $why }
notice-command = --notify-command { $why }
command-not-run = cannot be run: { $why }
command-too-long = took longer than { $time } and was ended
command-given-up = was ended after { $time }, because a signal asked the program to end
command-not-awaited = cannot be waited for: { $why }
command-failed = failed ({ $status })
post-answered = it answers { $status }
post-unreached = it cannot be reached
post-broke-off = the connection broke off
events-untaken = nothing reads the events from --events; some are lost
events-not-opened = cannot write events to { $path }: { $why }
events-not-written = can no longer write events: { $why }
metrics-not-written = cannot write metrics to { $path }: { $why }
config-project = Project
config-user = User
config-missing = does not exist
config-preset = Preset
config-token = Token
config-token-from-environment = from the environment (not shown)
config-not-shown = not shown
config-flag = flag
config-environment = environment, { $name }
config-file-line = { $file }, line { $line }
config-default = default
plan-shard = these are part { $part } of the file; the other parts are imported by other runs
shard-rate = { $limit } requests per second is less than one for each of { $parts } parts
    .fix = all parts together keep to --rate: use fewer parts, or a higher rate
stop-cancelled = Stopped: the job was cancelled. The same command goes on.
fleet-unreached = cannot reach the fleet's server: { $why }
    .fix = name the server: --server nats://HOST:4222
fleet-refused = the fleet's server did not { $doing }: { $why }
    .fix = check the server and its JetStream, then run the same command again
fleet-do-streams = make its streams
fleet-do-enqueue = put a chunk on its list
fleet-do-consumer = make the consumer of an account
fleet-do-hand-out = hand out a chunk
fleet-do-state = keep or show a state
fleet-do-log = show a log
fleet-do-mark = take a mark
fleet-do-done = take a chunk off its list
fleet-do-give-back = take a chunk back
fleet-other-lease = the lease of this fleet is { $kept } s, not { $asked } s
    .fix = leave --lease out: the first member of the fleet has set it
fleet-other-copies = this fleet is kept in { $kept ->
    [one] one copy
   *[other] { $kept } copies
}, not in { $asked }
    .fix = leave --replicas out; or have the server keep so many copies of CALLBELL_WORK, CALLBELL_LOG and KV_callbell_jobs first: nats stream edit NAME --replicas N
fleet-other-consumer = the consumer of account { $account } was changed by hand: it hands out several chunks at once, or its acknowledgement wait is not the fleet's lease
    .fix = delete the consumer; it is created again with the right settings
fleet-unreadable = { $what } cannot be read: it is damaged, or belongs to another job's key or another version
    .fix = use the folder and the program that wrote it
fleet-lost = another worker has taken over
    .fix = nothing is wrong: the other worker goes on
fleet-mirror = cannot write the copy of the log: { $why }
    .fix = free some space in the shared folder
fleet-bug = something that must be there is missing: { $what }
fleet-no-job = there is no job { $job }
    .fix = fleet status lists them
fleet-cancelled = job { $job } of { $account } is stopped: { $done } of { $chunks } chunks were done; a chunk that is being sent ends within a lease
fleet-planning = planning
fleet-done = done
fleet-under-way = under way
fleet-stopped = stopped ({ $by })
fleet-no-jobs = no jobs
fleet-job = { $account }: { $rows } rows, { $done } of { $chunks } chunks, { $phase }
fleet-account = account { $account }: { $waiting } chunks wait, held by no worker
fleet-account-held = account { $account }: { $waiting } chunks wait, held by { $worker } since { $since }
fleet-cannot-write = cannot write { $path }: { $why }
fleet-same-folder = all members of a fleet need the same --folder and the same version
fleet-foreign = { $path } was not written by this program: { $why }
fleet-input-changed = the job's input has changed since it was enqueued
fleet-other-account = the token opens another account than the one the job began with
    .fix = all workers need a token of the same account under the same name
fleet-address = an address is not of the form nats://HOST:PORT or tls://HOST:PORT
fleet-secret = everybody on this machine can see a password in --server
    .fix = put the address into CALLBELL_IMPORT_FLEET_SERVER, or use --credentials
fleet-no-drift = a job does not support --max-drift
    .fix = drift is measured against earlier lists in the same folder, but each list is a job of its own. Use check first
fleet-out-undone = { $folder } holds this import, which was undone
fleet-out-taken = { $folder } holds another import, or one that was continued since it was collected
    .fix = choose another folder: --out DIR
fleet-worker = { $worker } works for { $accounts } accounts, { $most } at a time; lease { $lease } s
fleet-no-accounts = no preset of the settings gives a token
    .fix = define [preset.NAME] with api-key-file for the account NAME
fleet-same-account = the presets { $one } and { $other } open the same account, and each would send to it at the full rate
    .fix = one account has one name in a fleet: remove one of them, or name the accounts to work for: --account NAME
hint-two-names = one account has one name in a fleet: enqueue under that name. If a preset was renamed, and no worker has the first name any more, remove { $folder }
fleet-no-token = the preset { $account } gives no token
    .fix = give it an api-key-file or an api-key-command; a token from the environment is not used
fleet-chunk-done = { $what }: done
fleet-chunk-dropped = { $what }: not begun, because the job is stopped
fleet-chunk-stopped = { $what }: stopped ({ $by }), and the job with it
fleet-chunk-lost = { $what }: another worker has it now
fleet-chunk-given-back = { $what }: given back
fleet-chunk-refused = { $what }: cannot be imported, so the job is stopped ({ $by })
fleet-open = { $open } of { $chunks } chunks are not done: { $which }
    .fix = fleet status shows who works on them
fleet-never-begun = no row of the job was ever begun
    .fix = fleet status shows what stopped it, and its worker has said why; the same fleet enqueue begins another round
fleet-parts-lost = { $lost ->
    [one] the part of a chunk is missing in the shared folder, although its rows were sent: { $which }
   *[other] the parts of { $lost } chunks are missing in the shared folder, although their rows were sent: { $which }
}
    .fix = run the same fleet enqueue again, and a worker: the results are written anew from the journals in the engine, and nobody is sent twice
fleet-put-back = the engine was restored from a copy: it knows round { $known } of the job, but the shared folder has something of round { $there }
    .fix = run the same fleet enqueue again: its next round takes what the shared folder has
fleet-log-lost = the engine has lost the journal { $what }, and the shared folder has no worker's copy of it
    .fix = restore a copy of the engine's files or of the shared folder. Rows of this journal were sent, and it is no longer known which
fleet-no-failures = a failures.csv cannot go through a fleet: its workers do not know the list that it came from, and would create people of that list a second time
    .fix = pass it to run, with the command that collect showed
fleet-strangers = { $account } has other jobs ({ $jobs }), whose contacts this one does not know, and { $rows ->
    [one] 1 row is
   *[other] { $rows } rows are
} not looked for in the account before being sent. Whoever is in both lists would be there twice
    .fix = continue the other job. Or collect it and pass the list to run --out with its folder, which knows who is there. Or, if the lists have nobody in common, pass --beside-others
fleet-miscounted = the parts do not add up: { $what }
fleet-no-out = a job has no --out
    .fix = fleet collect JOB --out DIR writes the results
fleet-no-shard = a job has no --shard
    .fix = it is split into chunks: --chunk-rows N
fleet-no-stdin = a job needs files, and `-` is standard input
    .fix = write it to a file first
fleet-enqueued = { $rows } rows for { $account }: { $invalid } invalid as far as can be seen without the account, { $repeats } the same contact as an earlier row; { $chunks } chunks, { $sent } of them put on the list now, round { $round }
lost-may-not-send = this process may no longer send
