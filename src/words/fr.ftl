# Les messages en français. Les commandes, options, noms de fichiers et codes restent tels quels.

## Codes : ce qu'ils signifient, et que faire

# Pourquoi une ligne n'est pas envoyée
code-field_count = la ligne a plus ou moins de cellules que l'en-tête
    .fix = placez les valeurs sous les bonnes colonnes ; cherchez un séparateur dans une cellule sans guillemets ; --ragged pad complète les lignes trop courtes
code-empty_row = toutes les cellules de la ligne sont vides
    .fix = supprimez la ligne
code-encoding = une cellule ne peut pas être décodée, ou des lettres y ont été perdues auparavant
    .fix = ressaisissez la cellule ; s'il y en a beaucoup, enregistrez le fichier au format « CSV UTF-8 » ou passez --encoding
code-unclosed_quote = un guillemet est ouvert et jamais refermé
    .fix = refermez le guillemet ; tout ce qui le suit a été lu comme une seule cellule
code-text_after_quote = du texte suit un guillemet fermant
    .fix = dans une cellule entre guillemets, doublez les guillemets : ""
code-quote_after_space = une espace avant le guillemet d'une cellule fait du guillemet une partie de celle-ci
    .fix = écrivez "a","b" au lieu de "a", "b" ; --quote none si les guillemets font partie des cellules
code-swallowed_rows = ce qui ressemble à d'autres lignes se trouve entre guillemets
    .fix = retirez le guillemet, ou doublez-le entre guillemets ; --quote none si les guillemets ne veulent rien dire dans ce fichier, --quote double si c'est une seule cellule
code-row_too_long = la ligne dépasse la longueur maximale lue ; aucune de ses cellules n'est restituée
    .fix = retirez la colonne qui contient des images ou autres, ou cherchez une fin de ligne manquante : qsv supprime des colonnes
code-json_line = une ligne qui n'est pas un objet JSON unique
    .fix = écrivez un objet par ligne, chaque clé une seule fois
code-json_nested = une valeur JSON imbriquée dans une autre
    .fix = écrivez la valeur sous forme de texte : jq -c '.CLÉ |= tojson' FICHIER ; seul custom_fields peut être un objet
code-unended_card = une vCard sans début ou sans fin
    .fix = mettez chaque fiche entre BEGIN:VCARD et END:VCARD, sur des lignes à elles, ou exportez-la de nouveau
code-repeated_header = l'en-tête se répète au milieu des lignes
    .fix = supprimez la ligne
code-totals_row = la ligne est le total d'un tableau : son numéro est la somme de tous les autres
    .fix = retirez le total de la liste, ou désactivez-le dans le tableur (Création de tableau > Ligne Total)
code-missing_identifier = l'identifiant est vide
    .fix = renseignez le numéro de téléphone
code-identifier = pas un identifiant : un nombre à virgule, vrai ou faux, ou des lettres qui peuvent s'écrire de deux façons
    .fix = exportez la colonne au format texte, et comparez l'identifiant à l'original
code-missing_name = le nom est vide
    .fix = renseignez un nom, ou composez-le à partir d'autres colonnes : --map name="{"{"}colonne{"}"} {"{"}colonne{"}"}"
code-control_character = un caractère de contrôle ou une marque invisible qui réordonne le texte
    .fix = supprimez le caractère ; il suffit de ressaisir la cellule
code-line_break = un saut de ligne là où l'API attend une seule ligne
    .fix = mettez la cellule sur une seule ligne
code-phone_characters = des caractères qu'aucun numéro de téléphone ne contient
    .fix = gardez les chiffres, le + et les espaces ; postes et mots n'ont pas leur place dans un numéro WhatsApp
code-phone_multiple = plusieurs numéros dans une cellule
    .fix = gardez un seul numéro, ou choisissez une autre colonne
code-phone_scientific = un numéro qu'un tableur a réduit à une puissance de dix
    .fix = exportez de nouveau la colonne au format texte : les chiffres sont perdus dans ce fichier
code-phone_length = trop ou trop peu de chiffres
    .fix = comparez le numéro à l'original ; un tableur a pu supprimer un 0 initial
code-phone_country = aucun pays n'a l'indicatif par lequel le numéro commence
    .fix = écrivez le numéro avec + et son indicatif de pays
code-phone_ambiguous = un numéro d'un pays sans son +, ou d'un autre, comme on l'y compose
    .fix = écrivez-le avec + et son indicatif de pays, ou avec le 0
code-phone_national = pas d'indicatif de pays, ni de pays par défaut
    .fix = passez --default-country CC (par exemple FR) s'ils sont tous d'un même pays, nommez la colonne qui dit lequel (country_column dans un fichier de correspondance), ou écrivez le numéro avec +
fix-national-beside-country = la colonne « { $column } » semble être le pays de chaque ligne : nommez-la sous [options] d'un fichier de correspondance (callbell-import map FICHIER en écrit un), par country_column, ou par country_code_column si elle contient des chiffres comme 39 ; ou écrivez le numéro avec + ; --default-country les lirait tous comme des numéros d'un seul pays
code-source = pas une source de l'API
    .fix = utilisez whatsapp, facebook, instagram ou telegram, ou passez --source
code-bot_status = ni bot_start ni bot_end
    .fix = écrivez bot_start ou bot_end, ou passez --set bot_status=bot_end
code-assigned_user = n'a pas la forme d'une adresse e-mail
    .fix = écrivez l'adresse e-mail d'un utilisateur du compte
code-team_uuid = pas un uuid
    .fix = écrivez l'uuid de l'équipe
code-channel_uuid = pas un uuid
    .fix = écrivez l'uuid du canal
code-note_length = la note dépasse 1000 caractères
    .fix = raccourcissez la note
code-custom_fields_json = les champs personnalisés sont illisibles, ou l'un d'eux est donné deux fois
    .fix = écrivez {"{"}"Libellé": "valeur"{"}"}, ou choisissez une colonne avec --map custom_fields.Libellé=colonne
code-tags_json = les étiquettes commencent comme une liste JSON et n'en sont pas une
    .fix = séparez les étiquettes par un séparateur, ou écrivez ["une","deux"]
code-country_unknown = un numéro national, et la colonne du pays ne nomme aucun pays
    .fix = écrivez le pays sous forme de code, par exemple FR, ou le numéro avec +
code-phone_extension = un numéro avec un numéro de poste
    .fix = supprimez le numéro de poste, ou choisissez une colonne de numéros directs
code-phone_known_otherwise = un autre numéro de la ligne est celui d'un contact d'une exécution précédente, et personne ne peut dire si c'est la même personne
    .fix = ne laissez dans la ligne que le numéro d'avant, si c'est la même personne, ou retirez celui-ci, si c'est quelqu'un d'autre
code-phone_lost_zero = un numéro sans son 0 initial, comme les tableurs les suppriment
    .fix = écrivez le numéro avec + et son indicatif de pays, ou exportez de nouveau la colonne au format texte
code-custom_field_value = pas une valeur du type de ce champ personnalisé
    .fix = corrigez la valeur, ou le type et le format dans le fichier de correspondance
code-custom_field_option = aucune des options de ce champ personnalisé
    .fix = utilisez une des options, écrite comme dans le compte
code-date_ambiguous = une date qui peut se lire de deux façons
    .fix = déclarez comment les dates sont écrites dans le fichier de correspondance : date_format = "DD/MM/YYYY"
code-unsubscribed = la personne ne veut pas de messages ; écartée volontairement
    .fix = passez --include-unsubscribed s'il faut l'importer malgré tout
code-continuation_row = la ligne prolonge la précédente ; écartée volontairement

# Envoyées, avec un avertissement
code-phone_unknown_range = un numéro possible, mais dans aucune plage connue comme utilisée par des personnes
    .fix = comparez-en quelques-uns à l'original
code-name_long = un nom de plus de 255 caractères
code-name_placeholder = un nom tel que NULL, n/a ou #REF!
    .fix = renseignez un nom, ou retirez la ligne
code-tags_mixed_separators = une cellule d'étiquettes avec plus d'une sorte de séparateur
    .fix = indiquez lequel sépare : --tag-separator ';'
code-tag_case_twins = des étiquettes qui ne diffèrent que par les majuscules
    .fix = gardez une seule graphie
code-tag_comma = une étiquette qui contient une virgule
    .fix = indiquez ce qui sépare les étiquettes : --tag-separator ','
code-phone_passed_over = une cellule précédente de la ligne ne contient pas de numéro, et le numéro suivant a été pris
    .fix = comparez-en quelques-uns à l'original
code-phone_area_code = un fixe sans son 0, aussi court qu'un numéro sans indicatif régional
    .fix = vérifiez que l'indicatif régional y est, et écrivez le numéro entier avec son 0
code-phone_suspicious = des chiffres tous identiques ou qui se suivent, ou six zéros à la fin, comme après un arrondi de tableur
    .fix = vérifiez qu'il s'agit de vrais numéros
code-phone_fax = le seul numéro est indiqué comme celui d'un fax ou d'un récepteur d'appels
    .fix = voyez si une personne y répond
code-echo_differs = ce qui est revenu n'est pas ce qui a été envoyé
    .fix = vérifiez que les étiquettes, champs et utilisateurs existent dans le compte exactement sous ces noms
code-update_left_out = l'API ne montre pas la valeur présente, elle a donc été laissée telle quelle
    .fix = modifiez le champ dans le tableau de bord

code-may_be_own = le contact trouvé est peut-être ce qui a été envoyé auparavant pour la ligne, et dit autre chose
    .fix = regardez le contact dans le tableau de bord : c'est ce qui a été envoyé avant que la ligne soit modifiée, ou celui de quelqu'un d'autre

# Modifiées en chemin
code-phone_read_as_international = des numéros sans + ont été lus comme internationaux
code-phone_made_international = des numéros nationaux sont devenus internationaux, avec le pays de la ligne ou celui par défaut
code-phone_punctuation = des espaces et signes semblables ont été retirés des numéros, ou 00 lu comme +, ou des signes invisibles retirés des identifiants
code-phone_spreadsheet = les ajouts d'un tableur ont été retirés des numéros et des identifiants
code-phone_zero_added = des numéros nationaux ont été lus comme si leur 0 initial était présent
code-phone_zero_dropped = un (0) entre l'indicatif de pays et le numéro a été retiré : il ne se compose que dans le pays
code-phone_as_known = des lignes avec un autre numéro que celui sous lequel le compte connaît la personne : celui-ci a été gardé
code-phone_one_of_several = des lignes avec plusieurs numéros : le premier valable a été pris
code-fallback_used = la première de plusieurs colonnes est vide, et la suivante a été prise
code-tag_dropped = des étiquettes que la correspondance écarte
code-value_converted = des dates et des nombres ont été écrits comme l'API les attend
code-trimmed = les espaces de début et de fin ont été retirés
code-tag_repeated = des étiquettes présentes deux fois dans une cellule n'ont été envoyées qu'une fois
code-placeholder_left_out = NULL, #N/A et autres, que des programmes écrivent là où il n'y a rien, ont été laissés de côté dans les étiquettes, notes et champs personnalisés

# Ce que la ligne est devenue
code-confirmed_by_lookup = la réponse s'est perdue, et une recherche a trouvé le contact
code-existing_same = le contact existait déjà, avec les mêmes données
code-existing_differs = le contact existait déjà, avec d'autres données ; ou un import précédent a réglé sa ligne, qui dit maintenant autre chose ou moins
    .fix = regardez le contact dans le tableau de bord ; rien n'y a été modifié
code-duplicate_row = le même contact qu'une ligne précédente
code-refused = l'API a refusé le contact
    .fix = lisez le message dans failures.csv, corrigez la ligne et importez ce fichier
code-attempts_used_up = le serveur a échoué à chaque fois, et le contact n'existe pas
    .fix = relancez la même commande : ces contacts n'existent pas et seront renvoyés
code-no_lookup = la réponse s'est perdue, et les contacts de cette source ne peuvent pas être recherchés
    .fix = vérifiez dans le tableau de bord s'ils existent avant de les importer de nouveau
code-another_found = la réponse s'est perdue, et la recherche trouve un autre contact de ce numéro, ou un contact qui en est peut-être un autre
    .fix = regardez dans le tableau de bord combien de contacts ont ce numéro ; une fois fixé, retirez la ligne de la liste, ou le mot `unconfirmed` de failures.csv pour l'envoyer encore une fois
code-lookup_failed = la réponse s'est perdue, et celles des recherches aussi
    .fix = relancez la même commande plus tard : chacune de ces lignes est recherchée avant tout envoi
code-strict = la réponse s'est perdue, et --strict interdit de renvoyer
    .fix = relancez la même commande plus tard : chacune de ces lignes est recherchée avant tout envoi
code-already_there = le contact existe dans le compte, et --on-existing fail l'interdit
    .fix = retirez la ligne, ou passez --on-existing skip ou update
code-existing_unknown = la recherche avant l'envoi a échoué à chaque fois, la ligne n'a donc pas été envoyée
    .fix = relancez la même commande : une mise à jour peut être répétée, et rien n'est créé deux fois
code-contact_gone = le contact a été trouvé, et avait disparu au moment de le modifier
    .fix = relancez la même commande : une mise à jour peut être répétée, et rien n'est créé deux fois
code-update_failed = le contact existe et n'a pas été modifié : le serveur a échoué à chaque fois, ou a confirmé une modification qu'il n'a pas faite
    .fix = relancez la même commande : une mise à jour peut être répétée, et rien n'est créé deux fois
code-update_open = on ne sait pas si le contact a été modifié
    .fix = relancez la même commande : une mise à jour peut être répétée, et rien n'est créé deux fois
code-let_go = en suspens, puis abandonnée par quelqu'un
code-stopped_in_doubt = l'import a été arrêté avant de le savoir
    .fix = relancez la même commande plus tard : chacune de ces lignes est recherchée avant tout envoi

## Ce qu'un import dit à la fin

verbatim = { $text }
counted-rows = { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
}
counted-created = { $rows ->
    [one] { $rows } créée
   *[other] { $rows } créées
}
counted-existing = { $rows ->
    [one] { $rows } déjà présente
   *[other] { $rows } déjà présentes
}
counted-updated = { $rows ->
    [one] { $rows } mise à jour
   *[other] { $rows } mises à jour
}
counted-duplicate = { $rows ->
    [one] { $rows } en double
   *[other] { $rows } en double
}
counted-invalid = { $rows ->
    [one] { $rows } non valable
   *[other] { $rows } non valables
}
counted-rejected = { $rows ->
    [one] { $rows } rejetée
   *[other] { $rows } rejetées
}
counted-failed = { $rows ->
    [one] { $rows } en échec
   *[other] { $rows } en échec
}
counted-unconfirmed = { $rows ->
    [one] { $rows } non confirmée
   *[other] { $rows } non confirmées
}
counted-not-attempted = { $rows ->
    [one] { $rows } non tentée
   *[other] { $rows } non tentées
}
counted-unaccounted = { $rows ->
    [one] { $rows } inexpliquée
   *[other] { $rows } inexpliquées
}
counted-settled-before = { $rows ->
    [one] { $rows } réglée par une exécution précédente
   *[other] { $rows } réglées par des exécutions précédentes
}
counted-failed-as-before = { $rows ->
    [one] { $rows } en échec comme la dernière fois
   *[other] { $rows } en échec comme la dernière fois
}
status-created = créée (created)
    .meaning = dans le compte à présent, par cet import
status-existing = déjà présente (existing)
    .meaning = déjà présentes ; rien n'a été écrit
status-updated = mise à jour (updated)
    .meaning = déjà présentes, et modifiées comme demandé
status-duplicate = en double (duplicate)
    .meaning = le même contact qu'une ligne précédente
status-invalid = non valable (invalid)
    .meaning = non envoyées : la ligne ne peut pas être un contact
status-rejected = rejetée (rejected)
    .meaning = envoyées, et l'API a dit non
status-failed = en échec (failed)
    .meaning = non créées ; elles peuvent être renvoyées
status-unconfirmed = non confirmée (unconfirmed)
    .meaning = personne ne peut encore le dire ; la même commande le découvre
status-not-attempted = non tentée
    .meaning = l'import s'est arrêté avant

closing-nothing-to-do = Rien à faire : chaque ligne a été réglée lors d'un import précédent.
closing-nothing-to-send = Rien à envoyer : chaque ligne qui peut être un contact a été réglée lors d'un import précédent.
closing-all-left-out = 0 ligne : le fichier a des lignes, mais --skip, --limit ou --shard n'en laissent aucune ; rien n'a été envoyé
closing-no-rows = 0 ligne : le fichier a un en-tête et rien en dessous ; rien n'a été envoyé
closing-colon =  :
closing-settled-before = { $rows ->
    [one] 1 de ces lignes a été réglée par une exécution précédente, et reste comme elle était alors.
   *[other] { $rows } de ces lignes ont été réglées par des exécutions précédentes, et restent comme elles étaient alors.
}
closing-confirmed = { $rows ->
    [one] { $rows } confirmée par une recherche
   *[other] { $rows } confirmées par une recherche
}
closing-differing = { $rows ->
    [one] { $rows } avec d'autres données
   *[other] { $rows } avec d'autres données
}
closing-changed-since = { $rows ->
    [one] { $rows } dont la ligne a changé depuis
   *[other] { $rows } dont la ligne a changé depuis
}
closing-rows-changed = { $rows ->
    [one] { $rows } ligne dit autre chose, ou moins, que lorsqu'un import précédent l'a réglée ; son contact n'a pas été comparé à elle. --on-existing update le compare
   *[other] { $rows } lignes disent autre chose, ou moins, que lorsqu'un import précédent les a réglées ; leurs contacts n'ont pas été comparés à elles. --on-existing update les compare
} et modifie ce qui diffère.
closing-not-changed = { $rows ->
    [one] { $rows } contact déjà présent dit
   *[other] { $rows } contacts déjà présents disent
} autre chose que la liste, et rien n'y a été modifié ; --on-existing update le fait.
closing-failed-as-before = { $rows ->
    [one] { $rows } de ces lignes a échoué
   *[other] { $rows } de ces lignes ont échoué
} de la même façon la dernière fois, sans changement depuis.
closing-left-in-doubt = { $contacts ->
    [one] { $contacts } contact d'un import précédent est en suspens, et aucune ligne de cette liste ne le nomme : il
   *[other] { $contacts } contacts d'imports précédents sont en suspens, et aucune ligne de cette liste ne les nomme : chacun
} a été envoyé, la réponse s'est perdue, et le journal ne garde aucun numéro par lequel on pourrait le chercher. Remettez la ligne et relancez l'import, qui la recherche ; ou regardez dans le tableau de bord, puis finissez-en : callbell-import verify { $folder } --let-go
closing-traffic = { $requests ->
    [one] { $requests } requête
   *[other] { $requests } requêtes
} en { $duration }, { $retries ->
    [one] { $retries } renvoi
   *[other] { $retries } renvois
}, { $throttled ->
    [one] { $throttled } ralentissement demandé
   *[other] { $throttled } ralentissements demandés
}
closing-not-created = Non créées
closing-not-certain = Pas encore certaines
closing-there-already = Déjà présentes
closing-with-a-warning = Avec un avertissement
closing-more-causes = et { $causes ->
    [one] { $causes } autre cause
   *[other] { $causes } autres causes
} ; failures.csv les contient toutes
closing-cause = { $what } : { $meaning } ; première : { $place }
closing-cause-said = { $what } : l'API a répondu « { $said } » ; première : { $place }
closing-cause-not-changed = { $what } : le contact existe, et au sujet de la modification l'API a répondu « { $said } » ; première : { $place }
closing-cause-bare = { $what } ; première : { $place }
closing-results = Résultats
closing-failures = Échecs
closing-next = Suite

stop-too-many-failures = Arrêt après { $failures ->
    [one] { $failures } échec
   *[other] { $failures } échecs
}. Corrigez les causes ci-dessous ou augmentez --max-failures, puis reprenez.
stop-time-up = Arrêt : la durée de --max-duration ({ $duration }) est écoulée. La même commande reprend.
stop-canary-differs = Arrêt avant les autres lignes : { $learnt }. Regardez ces contacts dans le tableau de bord ; créez-y les étiquettes et les champs qui manquent ou corrigez la correspondance, puis reprenez, ou continuez tel quel avec --no-canary.
stop-outage = Arrêt : le serveur ne répond plus depuis { $duration }. Reprenez quand il répondra.
stop-held-too-long = Arrêt : le serveur demande d'attendre { $duration }. Reprenez ensuite.
stop-not-the-api = Arrêt : { $seen }. Vérifiez --base-url.
stop-payment-required = Arrêt : l'abonnement ou le crédit du compte ne le permet pas (402 : { $said }).
stop-said-nothing = ce que le serveur a dit peut nommer une personne, et n'est pas montré
stop-token-refused = Arrêt : le jeton a été refusé ({ $status } : { $said }). Donnez un jeton valable, puis reprenez.
stop-at-row = La ligne { $row } a reçu cette réponse. Si elle est la seule, par exemple à cause d'un pare-feu à qui son contenu déplaît, corrigez-la ou retirez-la de la liste, et continuez.
stop-untrusted = Arrêt : le certificat du serveur n'est pas digne de confiance : { $why }.
stop-interrupt = Interrompu.
stop-hang-up = Raccroché (SIGHUP), comme à la fermeture d'un terminal.
stop-terminate = Arrêté.

duration-short = { $seconds } s
duration-days = { $count } j
duration-hours = { $count } h
duration-minutes = { $count } min
duration-seconds = { $count } s

## Le plan

plan-input = Fichier
plan-account = Compte
plan-profile = Profil
plan-output = Sortie
plan-whose-account = { $name } <{ $email }> sur { $endpoint }
plan-unnamed-account = { $endpoint } (l'API ne dit pas à qui appartient ce jeton)
plan-fields = Champs
plan-by-profile = profil
plan-guessed = supposé
plan-no-column = aucune colonne ne le donne
plan-country = les numéros sans + ni 00 sont lus comme des numéros du pays { $country }
plan-not-sent = Colonnes non envoyées
plan-unmapped = { $name } : { $reason } ; { $filled ->
    [one] { $filled } cellule remplie
   *[other] { $filled } cellules remplies
}
plan-more-columns = et { $columns } de plus
plan-empty-columns = { $columns ->
    [one] { $columns } vide
   *[other] { $columns } vides
} : { $names }{ $more ->
    [0] {""}
   *[other] {" "}et { $more } de plus
}
no-name = (sans nom)
plan-rows-title = Lignes
plan-rows = { $rows } dans le fichier : { $send } à envoyer, { $invalid ->
    [one] { $invalid } non valable
   *[other] { $invalid } non valables
}, { $repeats } pour un contact déjà présent dans une ligne précédente
plan-rows-of-part = { $rows } dans la partie lue du fichier : { $send } à envoyer, { $invalid ->
    [one] { $invalid } non valable
   *[other] { $invalid } non valables
}, { $repeats } pour un contact déjà présent dans une ligne précédente
plan-repeats-differing = { $rows ->
    [one] { $rows } ligne répète un contact et en dit
   *[other] { $rows } lignes répètent un contact et en disent
} autre chose : seule la première ligne d'un contact est envoyée
plan-window = seules les lignes à partir de la ligne { $first } ont été lues ; les autres ne font pas partie de cet import et n'entrent dans aucun total
plan-window-limit = seules les lignes à partir de la ligne { $first } ont été lues, { $limit } au plus ; les autres ne font pas partie de cet import et n'entrent dans aucun total
plan-all-left-out = le fichier a des lignes, mais aucune n'est dans la partie qui est lue
plan-said-no = la colonne « { $column } » semble dire qui ne veut pas de messages : { $rows ->
    [one] { $rows } ligne semble le dire, et sa personne est importée
   *[other] { $rows } lignes semblent le dire, et leurs personnes sont importées
} tout de même ; pour les laisser de côté, écrivez "{ $column }" = [{ $values }] sous [unsubscribed] d'un fichier de correspondance (callbell-import map FICHIER en écrit un) ; --include-unsubscribed dit qu'elles sont voulues
plan-in-doubt = { $rows ->
    [one] { $rows } ligne laissée non confirmée par un import précédent
   *[other] { $rows } lignes laissées non confirmées par un import précédent
} : recherche avant tout envoi
plan-with-a-warning = Envoyées avec un avertissement
plan-changed-on-the-way = Modifiées en chemin
plan-remark = { $code } : { $meaning } ; première : { $place }
plan-such-as = { $what }, par exemple { $examples }
plan-file-grown = le fichier a changé depuis le dernier import : { $rows ->
    [one] { $rows } ligne nouvelle
   *[other] { $rows } lignes nouvelles
}
plan-file-changed = le fichier a changé depuis le dernier import : { $rows ->
    [one] { $rows } ligne nouvelle ou modifiée
   *[other] { $rows } lignes nouvelles ou modifiées
}
plan-other-list = le dossier contient l'import de { $held } ; contacts de cette liste qui y sont connus : { $known } sur { $contacts }
plan-strangers-from-stdin = contacts de cette liste que connaissent les imports de l'entrée standard dans ce dossier : { $known } sur { $contacts } ; si c'est une autre liste, donnez-lui un dossier à elle (--out DIR), sinon ses résultats prennent la place de ceux de l'autre, et `undo` revient sur les deux
plan-settled = { $rows ->
    [one] { $rows } ligne réglée par un import précédent, et rapportée telle quelle
   *[other] { $rows } lignes réglées par un import précédent, et rapportées telles quelles
}
plan-met-again = parmi les lignes réglées par un import précédent, { $rows ->
    [one] le contact de { $rows } ligne est revu
   *[other] les contacts de { $rows } lignes sont revus
} : il y a davantage à en faire à présent, ou leurs lignes disent autre chose
plan-other-rules = { $rows ->
    [one] { $rows } d'entre eux a été comparé à sa ligne selon d'autres règles de mise à jour
   *[other] { $rows } d'entre eux ont été comparés à leurs lignes selon d'autres règles de mise à jour
} qu'à présent (--keep, --fill, [update])
plan-not-changed = parmi elles, { $rows ->
    [one] { $rows } dit autre chose
   *[other] { $rows } disent autre chose
} à présent ; les contacts ne sont pas modifiés (--on-existing update les modifie)
plan-open = { $rows ->
    [one] { $rows } ligne laissée en suspens par un import précédent
   *[other] { $rows } lignes laissées en suspens par un import précédent
} : recherche avant tout envoi
plan-open-and-gone = { $contacts ->
    [one] { $contacts } contact laissé en suspens par un import précédent n'est plus dans le fichier : personne ne le recherche
   *[other] { $contacts } contacts laissés en suspens par un import précédent ne sont plus dans le fichier : personne ne les recherche
}
plan-first-request = Première requête
plan-example-request = Une requête, à titre d'exemple ; cette ligne est déjà traitée
plan-first = ligne { $row }, ligne { $line } du fichier
plan-first-masked = ligne { $row }, ligne { $line } du fichier, valeurs masquées
plan-sending = Envoi
plan-at-a-rate = { $requests ->
    [one] { $requests } requête
   *[other] { $requests } requêtes
}, au plus { $rate } par seconde : environ { $duration }
plan-without-a-rate = { $requests ->
    [one] { $requests } requête
   *[other] { $requests } requêtes
}, aussi vite que possible
plan-no-bot-status = { $contacts ->
    [one] { $contacts } contact sans bot_status : si le compte a un bot, il lui répond dès qu'il écrit
   *[other] { $contacts } contacts sans bot_status : si le compte a un bot, il leur répond dès qu'ils écrivent
}
    .fix = (--set bot_status=bot_end le fait taire)
plan-kept = des contacts déjà présents, laissé tel quel : { $fields }
plan-filled = des contacts déjà présents, écrit seulement s'il est vide : { $fields }
plan-webhooks = { $contacts ->
    [one] { $contacts } contact peut être créé : il déclenche
   *[other] { $contacts } contacts peuvent être créés : chacun déclenche
} le webhook du compte et ses automatisations Zapier, s'il en a
profile-columns = { $found } des { $of } colonnes auxquelles il se reconnaît sont présentes, { $percent } %
profile-recognised = { $title } ({ $name }) : { $of }
profile-guessed = { $title } ({ $name }) : { $of } ; c'est une supposition
profile-asked = { $title } ({ $name }) : comme demandé ; { $of }
profile-asked-doubtful = { $title } ({ $name }) : comme demandé ; { $of } ; c'est une supposition

existing-look-ups = les contacts déjà présents sont recherchés ligne par ligne : { $requests ->
    [one] { $requests } requête
   *[other] { $requests } requêtes
}, environ { $duration } de plus{ $instead }
existing-or-a-walk =  ; parcourir la liste des contacts prendrait { $requests ->
    [one] { $requests } requête
   *[other] { $requests } requêtes
} et { $reads } au plus pour les lignes déjà présentes, environ { $duration }
existing-walk = les contacts déjà présents sont repérés dans la liste des contacts : { $requests ->
    [one] { $requests } requête
   *[other] { $requests } requêtes
}, environ { $duration }, et une requête par ligne déjà présente ({ $reads } au plus) ; ligne par ligne, il en faudrait { $look_ups }, environ { $look_ups_duration }
existing-skip = contacts déjà présents dans le compte : laissés tels quels, et signalés (--on-existing { $policy })
existing-update = contacts déjà présents dans le compte : modifiés selon la ligne (--on-existing { $policy })
existing-fail = contacts déjà présents dans le compte : leurs lignes sont rejetées (--on-existing { $policy })
existing-create = les contacts déjà présents dans le compte ne sont pas recherchés avant l'envoi (--on-existing create) : certains peuvent ensuite y figurer deux fois
existing-without-look-up = { $contacts ->
    [one] { $contacts } contact d'une source sans recherche : personne ne peut voir s'il est déjà présent, et il est envoyé
   *[other] { $contacts } contacts d'une source sans recherche : personne ne peut voir s'ils sont déjà présents, et ils sont envoyés
}

findings-certain = Ne convient pas au compte
findings-uncertain = Pourrait ne pas convenir au compte
findings-more = et { $findings } de plus ; check --json les donne tous
findings-to-create = À créer d'abord dans le tableau de bord, sauf si cela existe
finding = { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
} : { $what }
finding-nearest = { $what } ; le plus proche : « { $nearest } »
first-row = { $what } ; première : { $place }
row-place = ligne { $row } (ligne { $line } du fichier)
row-and-line = { $row } (ligne { $line } du fichier)
undo-first-row =  ; première : { $place }
list-and-more = { $list }, et { $more } de plus
name-and-list = { $name } : { $list }

## Ce que dit le système

os-not-found = introuvable ({ $os })
os-permission-denied = accès refusé ({ $os })
os-storage-full = le disque est plein ({ $os })
os-quota-exceeded = le quota est dépassé ({ $os })
os-file-too-large = plus grand qu'un fichier ne peut l'être ici, voir ulimit -f ({ $os })
os-read-only = le système de fichiers est en lecture seule ({ $os })
os-is-a-directory = c'est un dossier ({ $os })
os-not-a-directory = ce n'est pas un dossier ({ $os })
os-already-exists = existe déjà ({ $os })

## Lignes : la colonne `message`

after = { $one } ; { $other }
row-may-be-own = un contact qui dit autre chose a été trouvé : c'est peut-être ce qui a été envoyé avant que la ligne soit modifiée, ou le contact de quelqu'un d'autre
row-echo-differs = revenu autrement qu'envoyé : { $fields }
row-update-left-out = laissé tel quel, car l'API ne le montre pas : { $fields }
row-changed-since = un import précédent l'a créé, et la ligne a changé depuis ; le contact n'a pas été modifié
row-changed-since-found = il était dans le compte quand un import précédent l'a rencontré, et n'a pas été comparé à la ligne telle qu'elle est maintenant ; le contact n'a pas été modifié
row-changed-since-updated = un import précédent l'a modifié, et la ligne a changé depuis ; le contact n'a pas été modifié de nouveau
row-updated = modifié : { $fields }
row-duplicate-same = même contact et mêmes données que la ligne { $row }
row-duplicate-other = même contact que la ligne { $row }, avec d'autres données
row-refused-field = l'API a refusé { $field } : { $said }
row-change-refused-field = le contact existe, et l'API a refusé d'en changer { $field } : { $said }
row-change-refused = le contact existe, et l'API a refusé de le changer : { $said }
row-changed-all-the-same = pourtant, le contact montre autrement qu'avant : { $fields }
row-refused = l'API a refusé le contact : { $said }
flaw-unclosed-quote = un guillemet est ouvert et jamais refermé
flaw-text-after-quote = du texte se trouve entre un guillemet fermant et le séparateur suivant ; entre guillemets, un guillemet s'écrit ""
flaw-quote-after-space = une cellule est entre guillemets après une espace, qui fait des guillemets une partie de celle-ci
flaw-swallowed-rows = un guillemet est ouvert, et ce qui ressemble à d'autres lignes se trouve avant celui qui le ferme
flaw-over-lines = { $what } ; ce qui a été lu comme une ligne en occupe { $lines }
flaw-too-long = la ligne dépasse la longueur maximale lue ; ses cellules ne se trouvent que dans le fichier d'origine, à la ligne indiquée
flaw-cell-count = la ligne a plus ou moins de cellules que son fichier n'a de colonnes
flaw-json-line = la ligne n'est pas un objet JSON unique, ou une clé y figure deux fois
row-json-nested = la valeur de `{ $key }` est imbriquée ; une cellule est un texte, un nombre ou une liste de ceux-ci : { $command } en fait un texte
flaw-json-nested = une valeur est imbriquée ; une cellule est un texte, un nombre ou une liste de ceux-ci
flaw-unended-card = la fiche n'a pas de BEGIN:VCARD ou pas de END:VCARD, ou deux n'en font qu'une

## Ce qui s'est passé sur le réseau

fault-unreached = pas de connexion : { $why }
fault-untrusted = le certificat du serveur n'est pas digne de confiance : { $why }
fault-throttled = le serveur a demandé de ralentir (429)
fault-denied = le jeton a été refusé ({ $status })
fault-payment-required = l'abonnement ou le crédit du compte ne le permet pas (402)
fault-refused = l'API a refusé ({ $status })
fault-not-processed = le serveur n'a pas commencé le traitement ({ $status })
fault-broken = le serveur a échoué ({ $status })
fault-unusable = la réponse ({ $status }) est inutilisable : { $why }
lost-no-address = le chemin ne forme pas une adresse
lost-too-large = la réponse est plus grande que toutes celles de l'API
lost-connecting = la connexion a pris trop de temps
lost-not-https = ce qui répond à cette adresse ne parle pas https
lost-refused = personne n'écoute à cette adresse (connexion refusée)
lost-unreachable = aucun chemin ne mène à cette machine
lost-no-such-host = aucune machine ne porte ce nom, ou il n'y a pas de réseau pour le demander
lost-no-answer = pas de réponse à temps
lost-cut-off = la réponse a été coupée ({ $why })
lost-unknown-reason = raison inconnue
unusable-not-json = ce n'est pas du JSON
unusable-no-uuid = le contact n'a pas d'uuid
unusable-no-contact = elle ne contient pas de contact
unusable-several-contacts = elle contient plusieurs contacts
unusable-no-contacts = elle ne contient pas de contacts
unusable-a-contact-no-uuid = un contact n'a pas d'uuid
unusable-no-end = elle ne dit pas s'il y a une suite
unusable-status = le statut n'est aucun de ceux que l'API documente
unusable-no-list = elle ne contient pas { $key }
unusable-no-name = un élément de { $key } n'a pas de nom
unusable-circles = la liste des contacts tourne en rond, ou n'a pas de fin
unusable-another-number = elle montre un contact avec un autre numéro
unusable-another-contact = elle montre un autre contact que celui qui était demandé
unusable-not-deleted = elle ne dit pas que le contact a été supprimé
unusable-no-identity = elle parle d'une erreur au lieu de l'utilisateur du jeton
seen-no-object = la réponse à /auth/me n'est pas un objet JSON
seen-redirect = le serveur redirige ({ $status }), ce que l'API ne fait pas
seen-redirect-to = le serveur redirige ({ $status }) vers { $host }, ce que l'API ne fait pas
seen-unknown-path = le serveur ne connaît pas le chemin ({ $status })
left-open = un import précédent l'a laissé en suspens
no-look-up-twin = une autre ligne de cette source peut porter son nom
no-look-up-first-sent = on ne sait pas quand il a été envoyé la première fois
search-taken = le seul contact semblable est celui d'une autre ligne
search-nobody = la liste des contacts ne montre personne de semblable, ce qui ne prouve rien
search-hidden = une recherche trouve un contact qui existait peut-être déjà
search-several = la liste des contacts en montre plusieurs qui pourraient être lui
look-ups-unanswered = les recherches restent sans réponse depuis { $seconds } s
look-up-failed = la recherche a échoué : { $why }
stopped-before-the-answer = l'import a été arrêté avant la réponse
stopped-before-the-change = l'import a été arrêté avant de savoir si le contact a été modifié
change-in-vain = la modification a été confirmée, et le contact montre comme avant : { $fields }
not-there-any-more = il existait, et n'existe plus
closed-to-this-token = l'API ne l'ouvre pas à ce jeton ({ $status })
learnt-untried = aucune première ligne n’a pu être envoyée et relue : celles qui ont été essayées sont déjà là ou réglées, ou n’ont pas eu de réponse ; les autres suivent
learnt-rows = { $rows ->
    [one] première ligne envoyée et relue
   *[other] { $rows } premières lignes envoyées et relues
} : { $created ->
    [one] { $created } créée
   *[other] { $created } créées
}, { $updated ->
    [0] {""}
    [one] { $updated } mise à jour,{" "}
   *[other] { $updated } mises à jour,{" "}
}{ $rejected ->
    [one] { $rejected } rejetée
   *[other] { $rejected } rejetées
}
learnt-change-refused = { $contacts ->
    [one] { $contacts } contact existant n'a pas été modifié
   *[other] { $contacts } contacts existants n'ont pas été modifiés
} : l'API l'a refusé
learnt-answered = réponses reçues : { $answers }
learnt-phones = les numéros apparaissent { $shapes }
learnt-phone-digits = en chiffres seuls
learnt-phone-plus = avec un +
learnt-phone-formatted = avec des espaces ou autres
learnt-phone-hidden = nulle part
learnt-visible-after = un nouveau contact est trouvé après { $seconds } s
learnt-unread = { $contacts ->
    [one] { $contacts } n'a pas pu être relu
   *[other] { $contacts } n'ont pas pu être relus
}
learnt-reads-refused = l'API a refusé d'en montrer { $contacts }
learnt-looks-refused = l'API a refusé d'en rechercher { $contacts } par numéro
learnt-not-found = { $contacts ->
    [one] { $contacts } introuvable
   *[other] { $contacts } introuvables
} par son numéro : aucune réponse perdue ne pourrait être élucidée par une recherche
learnt-doubled = { $contacts } à côté d'un autre contact du même numéro
learnt-duplicates = un contact déjà présent : { $answers }
learnt-not-shown = non montré, donc inconnu : { $fields }
answer-form-object = un objet sous "contact"
answer-form-list = une liste d'un élément sous "contact"
answer-form-bare = un objet à la racine
answer-form-bare-list = une liste d'un élément à la racine
duplicate-answer-untouched = l'API a répondu par le contact présent, inchangé
duplicate-answer-as-sent = l'API a répondu par le contact présent, avec ce qui a été envoyé : il disait déjà la même chose, ou a été remplacé
duplicate-answer-refused = refusé avec { $status }
duplicate-answer-second = un second contact a été créé
duplicate-answers = { $answer } ({ $rows })
earlier-results-stay = results.csv et failures.csv restent tels qu'un import précédent les a laissés, avec plus de lignes ; ce que cet import a fait est dans le journal, et le prochain le dira
closing-duplicates = Le compte, quand un contact déjà présent est envoyé : { $answers }
learnt-differences = revenu autrement : { $fields }

## Lignes : ce qui empêche de les envoyer

of = { $subject } { $what }
it = cela
the-identifier = l'identifiant
the-name = le nom
the-note = la note
the-custom-field = le champ personnalisé
the-tags-cell = la cellule des étiquettes
the-custom-fields-cell = la cellule custom_fields
a-tag = une étiquette
unfit-line-break = contient un saut de ligne
unfit-reordering-mark = contient une marque invisible qui réordonne le texte
unfit-byte-order-mark = contient une marque d'ordre des octets (BOM)
unfit-replacement-character = contient un caractère de remplacement : une lettre a été perdue avant la création du fichier
unfit-control-character = contient un caractère de contrôle
custom-fields-no-object = n'est pas un objet JSON tel que {"{"}"Ville": "Rome"{"}"}
custom-fields-no-label = contient une valeur sans libellé
custom-fields-label-twice = contient deux fois le même libellé
custom-fields-broken-text = contient un texte mal formé
custom-fields-list = contient une liste d'autre chose que des textes
custom-fields-nested = contient un objet dans l'objet
tags-no-json-list = commence par [ mais n'est pas une liste JSON de textes telle que ["VIP","Rome"]
tags-no-csv = n'est pas une ligne CSV telle que "VIP","Rome"
date-shape = n'est pas une date au format déclaré
date-no-such-day = désigne un jour qui n'existe dans aucun calendrier
value-no-uuid = n'est pas un uuid (32 chiffres hexadécimaux) ; les noms sont compris quand le compte est interrogé
value-no-email = n'a pas la forme d'une adresse e-mail
value-no-bot-status = ne vaut ni bot_start ni bot_end
value-no-number = n'est pas un nombre avec « { $decimal } » devant la partie décimale et rien entre les milliers
value-no-number-thousands = n'est pas un nombre avec « { $decimal } » devant la partie décimale et « { $thousands } » entre les milliers
value-serial-date = contient le nombre qu'un tableur emploie pour une date ; mettez la colonne au format texte et exportez de nouveau
value-ambiguous-date = ne s'écrit pas YYYY-MM-DD, et aucun date_format ne dit quel est le jour et quel est le mois
value-is-a-list = contient une liste, alors que le champ est de type { $kind }
value-no-option = ne figure pas parmi les options
value-no-option-nearest = ne figure pas parmi les options ; vouliez-vous dire « { $nearest } » ?
phone-scientific = un tableur a réduit le numéro à une puissance de dix et ses chiffres sont perdus ; exportez la colonne au format texte
phone-multiple = la cellule contient { $count } numéros ; gardez-en un
phone-short-after-slash = ce qui précède le dernier « / » est à lui seul un numéro, et la suite est trop courte pour en être un autre ; gardez un seul numéro entier, sans « / »
phone-end-after-slash = après « / » viennent un ou deux chiffres : la fin d'un second numéro ; gardez un seul numéro entier, sans « / »
phone-extension = le numéro comporte un numéro de poste, que WhatsApp ne connaît pas ; gardez le numéro qui précède si c'est bien celui de la personne
phone-too-long = le numéro a { $digits } chiffres ; le maximum est { $most }
phone-too-long-rounded = le numéro a { $digits } chiffres ; le maximum est { $most } ; un tableur arrondit de tels numéros, comparez-le donc à l'original
phone-too-long-with-code = avec son indicatif de pays, le numéro a { $digits } chiffres ; le maximum est { $most }
phone-too-short = le numéro a { $digits ->
    [one] { $digits } chiffre
   *[other] { $digits } chiffres
} ; c'est trop peu
phone-country = aucun pays n'a l'indicatif par lequel le numéro commence
phone-country-column = aucun pays n'a l'indicatif de la colonne des indicatifs
phone-of-another-code = les chiffres ne sont pas un numéro de l'indicatif { $code } qui se trouve à côté, et en seraient un d'un autre pays
phone-no-area-code = l'indicatif régional manque : avec { $digits } chiffres, c'est un numéro tel qu'on le compose dans une seule ville ({ $country }) ; écrivez le numéro entier, avec son 0 s'il en a un
phone-day = la cellule contient un jour (année-mois-jour), et non un numéro ; indiquez la colonne des numéros
phone-characters = la cellule contient des caractères qu'aucun numéro de téléphone ne contient ; gardez les chiffres, les espaces et les signes + et -
phone-negative = la cellule contient un nombre négatif ; écrivez le numéro de téléphone sous forme de texte
phone-fraction = la cellule contient un nombre à virgule ; écrivez le numéro de téléphone sous forme de texte
phone-no-digits = la cellule ne contient aucun chiffre
phone-zero-after-code = un 0 suit l'indicatif { $code }, et avec lui ce n'est pas un numéro ; retirez le 0
phone-length = les numéros d'indicatif { $code } n'ont pas { $digits ->
    [one] { $digits } chiffre
   *[other] { $digits } chiffres
} après lui
phone-ambiguous = avec un +, ce serait un numéro d'un autre pays, et avec un 0 devant, un fixe du pays { $country } ; écrivez celui qui convient
phone-ambiguous-long = avec un +, ce serait un numéro d'un autre pays, et pour le pays { $country }, il serait plus long que ceux des personnes ; écrivez-le avec un + et l'indicatif voulu
phone-ambiguous-zero = { $code } peut être l'indicatif, et le 0 qui suit celui qui ne se compose qu'en { $country }, ou bien ils commencent un numéro du pays { $country } qui a perdu son 0 ; écrivez-le avec un + et sans le 0 qui ne se compose pas de l'étranger, ou avec le 0 devant
phone-ambiguous-zero-before-code = sans le 0, ce serait un mobile du pays { $country } avec son indicatif { $code }, et avec le 0 un numéro plus long ; écrivez-le avec un + et sans le 0, ou sans { $code }
phone-ambiguous-abroad = le 00 peut remplacer un +, ou être le début de ce qui se compose en { $country } avant un numéro de l'étranger, et les deux font un numéro ; écrivez-le avec un +
phone-ambiguous-one = un numéro des États-Unis ou du Canada sans son +, ou un numéro du Mexique avec le 1 que l'on composait devant jusqu'en 2020 : écrivez le + ou enlevez le 1
phone-prefix-of-the-past = { $prefix } se composait au Mexique devant un numéro jusqu'en 2020, et n'en fait pas partie ; retirez-le
phone-national = le numéro n'a pas d'indicatif de pays ; écrivez-le avec + ou passez --default-country
phone-national-beside-country = le numéro n'a pas d'indicatif de pays, et sa ligne nomme { $country } ; écrivez-le avec + et son indicatif, ou déclarez cette colonne : country_column ou country_code_column sous [options] d'un fichier de correspondance
phone-national-length = les numéros du pays { $country } n'ont pas { $digits ->
    [one] { $digits } chiffre
   *[other] { $digits } chiffres
}, et ce n'est pas un numéro international
phone-known-otherwise = un autre numéro de la ligne est celui d'un contact qu'une exécution précédente a créé, ou peut avoir créé, et ses résultats ne disent pas si c'est la même personne
phone-lost-zero = avec un 0 devant, ce serait un numéro du pays { $country } ; un tableur l'a peut-être supprimé
row-continuation = la ligne prolonge la précédente
row-unsubscribed = la colonne « { $column } » dit que la personne ne veut pas de messages
row-source = source ne vaut ni whatsapp, ni facebook, ni instagram, ni telegram
row-no-identifier = l'identifiant est vide
row-identifier-of-nothing = l'identifiant est un mot que des programmes écrivent là où il n'y a rien
identifier-boolean = l'identifiant est le mot d'un tableur ou d'un programme pour oui ou non
identifier-quantity = l'identifiant est un nombre avec lequel on calcule, dont les derniers chiffres peuvent être perdus ; exportez la colonne au format texte
identifier-two-ways = l'identifiant a des lettres ou des chiffres qui peuvent s'écrire de deux façons ; écrivez-le en lettres et chiffres simples, comme sa source le montre
row-no-name = le nom est vide
row-custom-field-twice = le champ personnalisé a une valeur dans sa propre colonne et une autre dans la cellule custom_fields
row-note-length = la note a { $length } caractères ; l'API en accepte { $most }
row-empty = toutes les cellules sont vides
row-cells-to-mend = la ligne a { $cells } cellules et l'en-tête { $columns } : ce qui se trouve à droite de import_message marque une ligne à corriger ; placez les valeurs sous les bonnes colonnes, puis supprimez cette cellule
row-to-mend = une cellule marque la ligne comme étant à corriger, et se trouve peut-être maintenant sous une de vos colonnes ; mettez les valeurs sous les bonnes colonnes, puis supprimez cette cellule
row-cells = la ligne a { $cells ->
    [one] { $cells } cellule
   *[other] { $cells } cellules
}, l'en-tête en a { $columns }
row-encoding = la colonne « { $column } » ne peut pas être décodée
row-repeated-header = l'en-tête se répète au milieu des lignes
row-totals = son numéro est la somme de tous les autres de la colonne : c'est le total d'un tableau, et personne

## La correspondance

mapped-added-to-every-row = ajouté à chaque ligne
mapped-mobile-first = numéros mobiles d'abord
mapped-several-in-a-cell = plusieurs par cellule, séparés par « { $separator } »
mapped-country-code-from = indicatif de pays pris dans { $column }
mapped-country-from = pays pris dans { $column }
separated-by-tab = séparés par une tabulation
separated-by-text = séparés par « { $separator } »
separated-by = séparés par { $separator }
separated-as-csv = chaque cellule est une ligne CSV
separated-as-seen = séparés par « , », à défaut « ; », à défaut « | »
unmapped-unsubscribed = dit qui ne veut pas de messages
unmapped-helps = aide à lire le numéro
unmapped-not-in-the-mapping = absente de la correspondance
unmapped-could-be = pourrait être { $field }, mais { $reason }
unmapped-taken-from = { $field } est pris dans « { $column } »
unmapped-several = { $columns } colonnes pourraient être { $field } ; choisissez avec --map
unmapped-earlier-run = écrite par un import précédent
unmapped-reference = désigne un contact qui existe ; un nouveau reçoit la sienne
unmapped-own-email = l'adresse du contact lui-même : l'API n'a pas de champ pour elle, mais --map custom_fields.<libellé> peut la donner à un champ
unmapped-part-of-a-name = une partie du nom ; un modèle réunit les parties
unmapped-apelido = un nom de famille au Portugal, un surnom au Brésil : non joint au nom, sauf si un modèle le dit
unmapped-empty = vide
unmapped-by-profile = le profil ne la prend pas
unmapped-no-field = aucun champ ne s'appelle ainsi
misfit-of-the-list = elle ne l'était pas dans la liste dont viennent ces lignes
misfit-source = toutes les valeurs ne sont pas des sources de l'API
misfit-user = toutes les valeurs ne sont pas des adresses e-mail, par lesquelles l'API désigne les utilisateurs
misfit-team = toutes les valeurs ne sont pas des uuid, par lesquels l'API désigne les équipes
misfit-channel = toutes les valeurs ne sont pas des uuid, par lesquels l'API désigne les canaux
misfit-bot-status = toutes les valeurs ne sont pas bot_start ou bot_end
misfit-phone = toutes les valeurs ne ressemblent pas à un numéro de téléphone
misfit-name = toutes les valeurs ne ressemblent pas à un nom

did-you-mean = vouliez-vous dire `{ $nearest }` ?
flag-unknown = il n'y a pas d'option { $flag }
    .fix = `callbell-import { $command } --help` les montre toutes
rule-without-update = { $flag } dit ce que fait une mise à jour, or --on-existing vaut { $policy }
    .fix = ajoutez --on-existing update, ou retirez { $flag }
rule-and-rule = `{ $field }` figure dans --keep et dans --fill
    .fix = --keep laisse le champ tel quel, --fill l'écrit s'il est vide : gardez l'un des deux
rule-of-nothing = { $flag } custom_fields.{ $label } : ni colonne ni valeur ne donne un champ personnalisé de ce nom, et rien ne serait protégé
    .fix = retirez { $flag }, ou donnez un nom que la liste a : callbell-import map les montre
flag-rehearsal = `callbell-import check FILE` fait tout sauf envoyer ; `run FILE --sandbox` fait une répétition contre une API factice
flag-token = { $flag } est refusé : un jeton n'est jamais donné en argument, où tout programme de cette machine pourrait le lire
    .fix = mettez-le dans un fichier que vous seul pouvez lire et passez --api-key-file FILE, ou définissez CALLBELL_API_KEY ; s'il est maintenant dans l'historique de votre shell, créez-en un nouveau
either = { $one } ou { $other }
mapping-no-equals = `{ $text }` n'est pas de la forme CHAMP=VALEUR
    .fix = par exemple --map name="Nom complet" ou --set source=whatsapp
mapping-unknown-field = `{ $name }` n'est pas un champ
    .fix = les champs sont identifier, source, name, tags, custom_fields, custom_fields.<libellé>, assigned_user, team_uuid, channel_uuid, bot_status, note
mapping-template = le modèle `{ $template }` est illisible : { $what }
template-not-closed = un {"{"} n'est pas refermé
template-not-opened = un {"}"} n'a pas de {"{"}
template-no-column = il ne nomme aucune colonne (une constante se donne avec --set)
mapping-given-twice = { $field } est donné deux fois : par `{ $one }` et par `{ $other }`
    .fix = gardez un seul des deux --map. Pour prendre le premier numéro valable des deux colonnes, faites écrire un fichier de correspondance (callbell-import map LISTE --to FICHIER), mettez-y sous [map] la ligne suivante à la place de celle de ce champ, et passez --mapping FICHIER : { $line }
    .fix-first = gardez un seul des deux --map. Pour prendre la première colonne qui a une valeur, faites écrire un fichier de correspondance (callbell-import map LISTE --to FICHIER), mettez-y sous [map] la ligne suivante à la place de celle de ce champ, et passez --mapping FICHIER : { $line }
    .fix-text = gardez un seul des deux --map. Pour joindre les deux colonnes, passez --map { $map }. Pour prendre la première colonne qui a une valeur, faites écrire un fichier de correspondance (callbell-import map LISTE --to FICHIER), mettez-y sous [map] la ligne suivante à la place de celle de ce champ, et passez --mapping FICHIER : { $line }
mapping-set-twice = { $field } a deux valeurs : `{ $one }` et `{ $other }`
    .fix = gardez un seul des deux --set { $field }=…
    .fix-tags = mettez toutes les étiquettes dans une seule option : --set tags=one,two
mapping-mapped-and-set = { $field } a à la fois une colonne (`{ $column }`) et une constante
mapping-keep-one = gardez --map { $field }=… ou --set { $field }=…
mapping-no-such-column = le fichier n'a pas de colonne `{ $name }`
mapping-no-such-columns = le fichier n'a aucune de ces colonnes : { $names }
mapping-column-meant = vouliez-vous dire `{ $nearest }` au lieu de `{ $name }` ?
mapping-columns-meant = vouliez-vous dire : { $flags }
mapping-the-file = FICHIER
header-perhaps-below = la ligne { $line } est peut-être l'en-tête : passez --header-line { $line }
header-on-sheet = la feuille « { $sheet } » a des colonnes connues : passez --sheet { $word }
header-perhaps-on-sheet = la liste se trouve peut-être sur une autre feuille : { $sheets } ; passez --sheet NOM
lines-in-quotes = dans { $path }, chaque ligne est une cellule entre guillemets qui contient { $columns } colonnes : un tableur enregistre ainsi une liste qu'il a ouverte comme une seule colonne
    .fix = exportez la liste à nouveau, ou enlevez les guillemets et passez le nouveau fichier : tr -d '\r' < { $file } | sed 's/^"//; s/"$//; s/""/"/g' > mended.csv
mapping-column-of-numbers = la colonne `{ $column }` contient ce qui ressemble à des numéros de téléphone : --map identifier={ $word }
mapping-columns-of-numbers = les colonnes { $columns } contiennent ce qui ressemble à des numéros de téléphone : passez --map identifier=<colonne> avec celle qui convient
mapping-names-unknown = aucun nom de colonne n'est connu, la ligne n'est donc peut-être pas un en-tête : `callbell-import map { $file }` montre { $columns ->
        [one] sa colonne
       *[other] ses { $columns } colonnes
    }
mapping-names-unknown-map = aucun nom de colonne n'est connu, la ligne n'est donc peut-être pas un en-tête : `callbell-import map { $file }` montre { $columns ->
        [one] sa colonne
       *[other] ses { $columns } colonnes
    } ; passez --map { $field }=<colonne>, --header-line N si l'en-tête se trouve plus bas, ou --no-header si la liste n'en a pas
mapping-its-columns = ses colonnes sont : { $columns }
mapping-ambiguous-column = le fichier a { $columns } colonnes `{ $name }`, et la correspondance ne dit pas laquelle
mapping-say-which = dites laquelle : { $columns }
mapping-constant = { $field } ne peut pas valoir `{ $value }` : { $what }
constant-empty = la valeur est vide
constant-identifier = chaque contact a le sien
constant-source = whatsapp, facebook, instagram ou telegram attendu
constant-bot-status = bot_start ou bot_end attendu
constant-email = une adresse e-mail est attendue
constant-uuid = un uuid de 32 chiffres hexadécimaux est attendu
constant-too-long = la valeur dépasse 1000 caractères
mapping-missing = aucune colonne ne donne { $field }
mapping-pass-map = ses colonnes sont : { $columns } ; passez --map { $field }=<colonne>
mapping-several-claim = { $count } colonnes pourraient être { $field } : { $columns }
mapping-choose-one = choisissez-en une : --map { $field }={ $column }
mapping-unknown-profile = il n'y a pas de profil `{ $name }`
mapping-profiles = les profils sont { $names }, none, ou un fichier : --profile ./le-mien.toml
mapping-country = `{ $code }` n'est pas un code de pays à deux lettres, tel que FR ou US
mapping-file = impossible de lire le fichier de correspondance { $path } : { $why }
mapping-file-content =
    dans le fichier de correspondance { $path } :
    { $what }
file-is-a-profile = c'est un profil ; passez-le avec --profile au lieu de --mapping
file-profile-table = un profil a une table [profile] avec name, title et fingerprint
file-no-fingerprint = fingerprint ne nomme aucune colonne
file-no-column = `{ $field }` ne nomme aucune colonne
file-no-texts = { $place }ce doit être un texte entre guillemets, ou une liste de tels textes
file-not-text = `{ $field }` doit être un texte entre guillemets, pas { $kind }
file-rule = `{ $field }` doit valoir overwrite, fill ou keep, pas `{ $rule }`
file-custom-field = le champ personnalisé `{ $label }` : { $what }
file-unknown-key = { $place }il n'y a pas de clé `{ $key }`
file-known-keys = { $what } ; il y a : { $keys }
type-has-no = un champ de ce type n'a pas de { $what }
type-separators-alike = decimal_separator et thousands_separator sont identiques
type-needs-a-separator = un champ checkbox a besoin d'un séparateur, par exemple separator = ";"
date-format-letters = date_format `{ $format }` : utilisez YYYY, MM ou M, DD ou D
date-format-lacks = date_format `{ $format }` n'a pas de { $part }
date-format-repeats = date_format `{ $format }` a plus d'un { $part }

## Le fichier

format-workbook = classeur ({ $kind }), feuille « { $sheet } »
format-no-header = pas d'en-tête, première ligne de données : { $line }
format-header = en-tête à la ligne { $line }
format-single-quotes = cellules entre apostrophes '
format-no-quotes = sans guillemets
format-with-mark = { $encoding } avec marque d'ordre des octets
format-as-named = { $encoding } (comme indiqué)
format-with-broken = { $encoding } ({ $letters ->
    [one] sauf une lettre
   *[other] sauf { $letters } lettres
})
delimiter-comma = virgule
delimiter-semicolon = point-virgule
delimiter-tab = tabulation
delimiter-bar = barre verticale
delimiter-space = espace
line-ends-old-mac = fins de ligne d'un ancien Mac
line-ends-several = fins de ligne de plusieurs sortes
notes-surplus-empty = { $rows ->
    [one] { $rows } ligne a des cellules vides
   *[other] { $rows } lignes ont des cellules vides
} au-delà de la dernière colonne : elles ont été retirées ; première : ligne { $line } du fichier
notes-padded = { $rows ->
    [one] { $rows } ligne a moins de cellules
   *[other] { $rows } lignes ont moins de cellules
} que l'en-tête : les autres sont lues comme vides ; première : ligne { $line } du fichier
notes-cut = { $rows ->
    [one] { $rows } ligne a des cellules
   *[other] { $rows } lignes ont des cellules
} au-delà de la dernière colonne : elles sont laissées de côté ; première : ligne { $line } du fichier
notes-marks = { $rows ->
    [one] { $rows } ligne commence
   *[other] { $rows } lignes commencent
} par une marque d'ordre des octets, comme là où des fichiers ont été réunis : elle a été retirée ; première : ligne { $line } du fichier
notes-empty-rows = { $rows ->
    [one] { $rows } ligne faite de séparateurs seuls est ignorée
   *[other] { $rows } lignes faites de séparateurs seuls sont ignorées
} ; première : ligne { $line } du fichier
notes-footer-line = la ligne { $line }, à la fin, se trouve hors du tableau et est ignorée
notes-footer = les lignes { $first } à { $last }, à la fin, se trouvent hors du tableau et sont ignorées
notes-unended = la ligne { $line }, la dernière, n'a pas de fin de ligne : si le fichier a été coupé pendant son écriture ou sa copie, elle n'est pas entière
notes-blank-lines = lignes vides ignorées : { $count }
notes-doubled = lettres abîmées avant la création du fichier, comme Ã© pour é : { $count } ; elles sont envoyées telles quelles
notes-entities = lettres écrites comme dans la source d'une page web, comme &amp; pour & : { $count } ; elles sont envoyées telles quelles
warn-same-names = attention : { $what } ; qui approuve ce plan dit que ce sont d'autres personnes
notes-same-names = { $count } colonnes portent le nom d'une autre : la première se désigne par `nom (1)`, la suivante par `nom (2)`
notes-binary = images, sons et clés laissés de côté : { $count }
notes-other-sheets = feuilles non lues : { $sheets } ; --sheet NOM en lit une autre
sheet-with-rows = { $name } ({ $rows ->
    [one] { $rows } ligne remplie
   *[other] { $rows } lignes remplies
})
sheet-hidden-with-rows = { $name } (masquée, { $rows ->
    [one] { $rows } ligne remplie
   *[other] { $rows } lignes remplies
})
notes-agents = cartes à l'intérieur de celles d'autrui (AGENT), laissées de côté : { $count }
notes-groups = groupes, qui sont des listes de personnes et personne eux-mêmes, ignorés : { $count }
notes-hidden = lignes masquées dans la feuille, par un filtre ou à la main, importées tout de même : { $count }
notes-uncalculated = { $count ->
    [one] { $count } cellule est une formule qu'aucun programme n'a calculée, lue comme vide ou 0
   *[other] { $count } cellules sont des formules qu'aucun programme n'a calculées, lues comme vides ou 0
} : ouvrez le fichier dans un tableur et enregistrez-le
notes-merged = { $count ->
    [one] { $count } zone fusionnée s'étend
   *[other] { $count } zones fusionnées s'étendent
} sur plusieurs lignes : seule la première ligne de chacune a son texte
notes-stray = lignes n'appartenant à aucune fiche, ignorées : { $count }
files-count = { $files } fichiers
file-rows-none = aucune ligne
file-rows-one = ligne { $row }
file-rows-range = lignes { $first } à { $last }
file-with-rows = { $name } : { $rows } ({ $what })
file-with-note = { $name } : { $note }

input-io = impossible de lire { $path } : { $why }
    .fix = vérifiez le chemin ; `-` lit l'entrée standard
input-not-a-file = { $path } est { $what }, pas un fichier
file-directory = un dossier
file-pipe = un tube (passez `-` et laissez le shell le relier)
file-device = un périphérique ou une socket
input-empty = { $path } est vide : il n'a pas même une ligne d'en-tête
input-not-a-list = { $path } est { $what }, pas une liste de contacts
kind-pdf = un document PDF
    .fix = exportez-le ou enregistrez-le au format « CSV UTF-8 » et passez ce fichier
kind-utf-32 = un texte en UTF-32
    .fix = enregistrez-le au format « CSV UTF-8 »
kind-iso-2022 = un texte en ISO-2022-JP
    .fix = enregistrez-le au format « CSV UTF-8 »
kind-bzip2 = une archive bzip2
    .fix = décompressez-la d'abord : bunzip2 FICHIER
kind-7z = une archive 7z
    .fix = décompressez-la d'abord
kind-rar = une archive rar
    .fix = décompressez-la d'abord
kind-sqlite = une base de données SQLite
    .fix = exportez-la ou enregistrez-la au format « CSV UTF-8 » et passez ce fichier
kind-picture = une image
    .fix = exportez la liste au format « CSV UTF-8 » et passez ce fichier
kind-binary = un fichier binaire
    .fix = exportez-le ou enregistrez-le au format « CSV UTF-8 » et passez ce fichier
kind-html = une page HTML (certains programmes nomment un tel fichier .xls)
    .fix = ouvrez-la dans un tableur et enregistrez-la au format « CSV UTF-8 »
kind-xml = un document XML
    .fix = exportez-le ou enregistrez-le au format « CSV UTF-8 » et passez ce fichier
kind-word = un document Word
    .fix = copiez son tableau dans un tableur, enregistrez-le au format « CSV UTF-8 » et passez ce fichier
kind-numbers = un document Apple Numbers, Pages ou Keynote
    .fix = exportez-le (Fichier > Exporter vers > CSV) et passez ce fichier
kind-rtf = un document de traitement de texte
    .fix = exportez-le ou enregistrez-le au format « CSV UTF-8 » et passez ce fichier
kind-calendar = un calendrier
    .fix = exportez les contacts, pas le calendrier
kind-json-list = une liste JSON
kind-json-object = du JSON qui n'est pas un objet par ligne
input-json-lines = passez un objet par ligne : { $command } | callbell-import run -
input-json-lines-unpacked = décompressez-le et passez un objet par ligne : { $command } FICHIER | callbell-import run -
kind-packed-twice = un fichier compressé deux fois
    .fix = décompressez-le une fois et passez ce qui en sort
input-which-encoding = { $path } n'est pas en UTF-8, et certaines de ses lettres peuvent se lire de plusieurs façons{ $readings }
    .fix = passez celui dont les lettres sont justes : --encoding { $encodings } ; tout autre nom du WHATWG convient aussi ; ou enregistrez le fichier au format « CSV UTF-8 »
input-perhaps-encoding = { $path } n'est pas en UTF-8 ; ses lettres forment des mots en { $encoding }, si c'est bien cela{ $readings }
    .fix = si ces lettres sont justes, passez --encoding { $encoding } ; sinon, l'encodage dans lequel la liste a été exportée ; ou enregistrez le fichier au format « CSV UTF-8 »
input-unknown-encoding = { $path } n'est pas en UTF-8, et ses lettres ne forment de mots dans aucun des encodages essayés (la première est à la ligne { $line })
    .fix = cherchez dans quel encodage la liste a été exportée et passez-le : --encoding NOM, tout nom du WHATWG ; ou enregistrez le fichier au format « CSV UTF-8 »
input-byte =
    {""}
    {"  "}{ $count ->
        [one] octet
       *[other] octets
    } { $bytes } (ligne { $line }) : { $readings }
input-letter-in = { $letter } en { $encodings }
input-no-letter = rien
input-mixed-encodings = { $path } mélange les encodages : { $letters } de ses lettres sont en UTF-8 et { $broken } ne le sont pas
    .fix = il a sans doute été assemblé à partir de plusieurs fichiers : enregistrez chacun au format « CSV UTF-8 » ; avec --encoding utf-8, les lignes qui ne sont pas en UTF-8 ne sont pas valables et les autres sont importées
input-wrong-encoding = { $path } est en { $found } ; lues en { $named }, ses lettres seraient abîmées
    .fix = retirez --encoding
found-utf-8-mark = UTF-8, comme le disent ses premiers octets
found-utf-16-mark = UTF-16, comme le disent ses premiers octets
found-utf-16-zeros = { $order }, comme le disent les zéros entre ses lettres
found-no-utf-16 = un autre codage que l'UTF-16
found-utf-8 = UTF-8 d'un bout à l'autre
input-header-not-text = l'en-tête de { $path } (ligne { $line }) n'est pas un texte valable en { $encoding }
    .fix = enregistrez le fichier au format « CSV UTF-8 », ou passez un autre --encoding
input-no-header = { $path }, ligne { $line } : la première ligne ressemble à des données et non à un en-tête (voir sa colonne { $column })
    .fix = si le fichier n'a pas d'en-tête, passez --no-header et désignez les colonnes par leur position, par exemple --map identifier={ $column } ; si c'en est un, passez --header
input-no-header-there = { $path }, ligne { $line } : la ligne que désigne --header-line ressemble à des données et non à un en-tête (voir sa colonne { $column })
    .fix = désignez la ligne où se trouvent les noms des colonnes, telle que la compte un éditeur ou un tableur ; s'il y a plusieurs fichiers, ils doivent y être dans chacun, ou importez-les un par un
input-no-such-header-line = { $path } n'a pas d'en-tête à la ligne { $line } : cette ligne est vide, n'existe pas, ou se trouve à plus de 64 Kio du début
    .fix = passez --header-line avec le numéro que montre un éditeur ou un tableur à côté des noms des colonnes
header-below = { $path } : la ligne { $line } ne ressemble pas à un en-tête, mais la ligne { $below } oui ({ $columns })
    .fix = passez --header-line { $below }, ou supprimez les lignes au-dessus ; si la première ligne est quand même l'en-tête, passez --header, et --map pour les champs
header-of-file =
    {""}
    {"  "}{ $path } : ligne { $line }
other-columns-unknown = { $path } a d'autres colonnes que les fichiers précédents, et parmi celles de { $unknown }, aucune n'a de nom connu (ligne { $line })
    .fix = --header-line vaut pour tous les fichiers : si les noms des colonnes sont sur des lignes différentes, importez les fichiers un par un, chacun avec le sien
    .fix-first = nommez les colonnes de la même façon, ou importez les fichiers un par un ; s'ils n'ont pas de noms de colonnes, passez --no-header
headers-on-other-lines = les en-têtes des fichiers sont sur des lignes différentes, sous des titres{ $files }
    .fix = --header-line vaut pour tous les fichiers : supprimez les lignes au-dessus des en-têtes, ou importez les fichiers un par un, chacun avec son --header-line
input-which-delimiter = les cellules de { $path } peuvent être séparées par { $one } ou par { $other } : les deux conviennent
    .fix = indiquez lequel : --delimiter ','
input-too-many-columns = { $path } a plus de colonnes que le maximum lu, { $most }
    .fix = vérifiez le séparateur ; `--delimiter` le fixe
input-record-too-long = { $path }, ligne { $line } : un enregistrement dépasse { $most } octets, et sa fin est introuvable
    .fix = cherchez à cet endroit un guillemet fermant ou une fin de ligne qui manque, ou quelque chose qui n'est pas un contact
input-quote-to-the-end = { $path }, ligne { $line } : un guillemet est ouvert et jamais refermé ; il engloutit les { $lines } lignes jusqu'à la fin du fichier
    .fix = cherchez sur cette ligne un guillemet fermant qui manque
input-quote-after-space = { $path }, ligne { $line } : une espace se trouve avant les guillemets de l'en-tête, qui font ainsi partie des noms
    .fix = écrivez "a","b" au lieu de "a", "b", dans toutes les lignes ; --quote none si les guillemets font partie des cellules
input-bomb = { $path } donne, une fois décompressé, plus de { $ratio } fois sa taille, ou plus de { $most } octets
    .fix = si c'est malgré tout une liste, décompressez-la et passez ce qui en sort
input-workbook-too-large = { $path } est un classeur dont des parties dépassent { $most } octets
input-element-too-long = { $path } est un classeur dont une cellule, ou un autre élément, dépasse { $most } octets
input-too-many-cells = { $path } est un classeur de plus de { $most } cellules, répétitions comprises
input-save-the-sheet = enregistrez la feuille au format « CSV UTF-8 » et passez ce fichier
input-damaged = { $path } ne peut pas être décompressé : { $what }
    .fix = exportez-le de nouveau, ou décompressez-le avec le programme dont il vient
input-locked = { $path } ne peut pas être décompressé : { $name } y est protégé par un mot de passe
    .fix = enregistrez-le sans mot de passe
archive-member = { $name } { $what }
archive-newer = y est compressé par { $method }, que seuls des programmes plus récents décompressent
archive-same-name = deux de ses fichiers portent le même nom, et un seul serait lu
archive-no-beginning = n'y a pas de début
damaged-locked = { $format } : il est protégé par un mot de passe
damaged-cut = { $format } : sa fin manque, comme quand il n'a été copié ou téléchargé qu'en partie
damaged-checksum = { $format } : ce qui en sort n'est pas ce qui y a été mis ; il a été abîmé en chemin
damaged-twice = { $format } : la ligne { $row } se trouve deux fois dans la feuille, et son contenu n'est pas sûr
damaged-inside = { $format } : son contenu n'est pas ce qu'il doit être ; il est abîmé, ou n'est pas un tel fichier
damaged-parts = ses parties ne s'accordent pas
input-empty-archive = { $path } est une archive sans aucun fichier
input-no-such-member = { $path } ne contient pas de fichier `{ $wanted }`, ou en contient plusieurs ; il contient{ $members }
input-several-members = { $path } contient plusieurs fichiers{ $members }
input-and-more =
    {""}
    {"  "}et { $more } de plus
input-say-which-member = indiquez lequel : --member NOM
input-too-many-members = { $path } est une archive de { $members } fichiers ; le maximum est { $most }
input-several-sheets = { $path } a plusieurs feuilles avec les mêmes colonnes : { $sheets }
    .fix = une exécution en lit une ; dites laquelle avec --sheet NOM, et donnez à chacune son dossier avec --out DIR
input-all-hidden = les feuilles remplies de { $path } sont masquées : { $sheets }
    .fix = lisez-en une avec --sheet NOM, ou affichez-la dans un tableur
input-no-such-sheet = { $path } n'a pas de feuille `{ $wanted }`
input-its-sheets = ses feuilles sont : { $sheets }
input-other-columns = { $path } a d'autres colonnes que les fichiers précédents{ $columns }
    .fix = nommez les colonnes de la même façon, ou importez les fichiers un par un
input-lacks =
    {""}
    {"  "}il lui manque : { $columns }
input-only-it-has =
    {""}
    {"  "}lui seul a : { $columns }
input-two-share-a-name =  : deux d'entre elles portent le même nom et ne sont pas à la même place
input-option-unfit = { $path } { $what } : { $option } ne s'y applique pas
unfit-no-archive = n'est pas une archive de fichiers
unfit-no-workbook = n'est pas un classeur
unfit-no-header-line = est une liste sans ligne d'en-tête
input-changed = { $path } a été modifié pendant sa lecture (après l'octet { $byte })
    .fix = attendez que plus rien n'y écrive, puis relancez la même commande
input-stdin-too-long = l'entrée standard dépasse { $most } octets, que le disque du dossier de sortie doit conserver
    .fix = écrivez-la dans un fichier et passez celui-ci
input-spool = impossible de conserver l'entrée standard dans { $path } : { $why }
input-aside = impossible de mettre les lignes de côté : { $why }
phone-and-another = { $first } ; la ligne a un autre numéro, qui n'est pas pris à sa place
phone-none-of-several = aucun des { $count } numéros de la ligne n'en est un ; le premier : { $first }
phone-country-unknown = le numéro n'a pas d'indicatif de pays, et la colonne du pays ne nomme aucun pays
phone-of-another-country = le numéro serait lu comme un numéro du pays { $default }, et sa ligne nomme { $country } ; écrivez-le avec + et son indicatif, ou déclarez cette colonne : country_column ou country_code_column sous [options] d'un fichier de correspondance

## Ce qui ne convient pas au compte

not-checked = { $what } : vérification impossible ({ $why })
    .fix = comparez vous-même avec le tableau de bord
the-teams = équipes
the-channels = canaux
the-users = utilisateurs
the-tags = étiquettes
the-custom-field-called = champ personnalisé « { $label } »
ambiguous-team = { $teams } équipes s'appellent « { $team } »
    .fix = écrivez l'uuid de l'équipe
unknown-team = le compte n'a pas d'équipe « { $team } »
    .fix = écrivez le nom ou l'uuid d'une équipe ; `callbell-import account` les liste
ambiguous-channel = { $channels } canaux s'appellent « { $channel } »
    .fix = écrivez l'uuid du canal
unknown-channel = le compte n'a pas de canal « { $channel } »
    .fix = écrivez le titre ou l'uuid d'un canal ; `callbell-import account` les liste
discarded-channel = le canal « { $channel } » n'est plus utilisé
    .fix = écrivez un canal en service
channel-source = le canal « { $channel } » est un canal { $source }, et la source de ces lignes est { $rows_source }
    .fix = corrigez la source ou le canal
main-channel-unknown = ces lignes nomment un canal WhatsApp et d'autres ({ $others }) n'en nomment aucun, et personne ne sait quel canal est le principal : qui figure dans les deux pourrait être enregistré deux fois
    .fix = nommez le canal dans toutes les lignes WhatsApp ou dans aucune, ou utilisez un jeton qui peut lire les canaux, et un autre dossier si l'import a commencé sans cela
channels-after-none = des lignes nomment un canal WhatsApp, celles des imports précédents dans ce dossier n'en nommaient aucun, et le compte ne montrait pas son canal principal quand le dossier a été commencé : qui a déjà été envoyé pourrait être créé une fois de plus
    .fix = nommez le canal dans toutes les exécutions ou dans aucune, ou cherchez qui existe déjà : --on-existing skip
none-after-channels = des lignes WhatsApp ne nomment aucun canal, celles des imports précédents dans ce dossier en nommaient un, et le compte ne montrait pas son canal principal quand le dossier a été commencé : qui a déjà été envoyé pourrait être créé une fois de plus
no-main-channel = le compte ne montre pas de canal WhatsApp principal pour les contacts sans canal
    .fix = donnez un canal : --set channel_uuid=…
unknown-user = le compte n'a pas d'utilisateur { $user }
    .fix = écrivez l'adresse e-mail d'un utilisateur confirmé
perhaps-unknown-user = aucune équipe n'a d'utilisateur { $user }, et tous les utilisateurs ne sont pas dans une équipe
undeclared-tag = l'étiquette « { $tag } » ne figure pas dans known_tags du fichier de correspondance
    .fix = corrigez l'étiquette, ou ajoutez-la à known_tags
tag-spelt-otherwise = l'étiquette « { $tag } » s'écrit autrement dans le compte
unknown-tag = l'étiquette « { $tag } » ne figure sur aucun des contacts lus
    .fix = créez-la dans le tableau de bord, ou corrigez-la
too-many-values = { $field } a plus de { $values } valeurs distinctes ; les autres n'ont pas été vérifiées
    .fix = vérifiez que la bonne colonne a été choisie
unknown-field = le champ personnalisé « { $label } » ne figure sur aucun des contacts lus
    .fix = créez-le dans le tableau de bord, corrigez le libellé, ou déclarez-le dans le fichier de correspondance
field-shape = « { $label } » est un champ de type { $kind } dans le compte
field-shape-checkbox = déclarez-le dans le fichier de correspondance : type = "checkbox" et ce qui sépare ses options
field-shape-other = déclarez le type qu'il a dans le compte
unknown-option = l'option « { $option } » de « { $label } » est inconnue
    .fix = créez l'option dans le tableau de bord, ou corrigez la valeur
field-type = « { $label } » est un champ de type { $kind } dans le compte, et ces valeurs n'en sont pas
field-type-declare = déclarez-le dans le fichier de correspondance : type = "{ $kind }" et comment ses valeurs sont écrites
rounded-identifiers = tous les identifiants de 16 chiffres et plus se terminent par des zéros, comme les nombres qu'un tableur a arrondis
    .fix = comparez-en un à l'original ; s'il est différent, exportez la colonne au format texte
no-bot-status = pas de bot_status : si le compte a un bot, il répond à ces personnes dès qu'elles écrivent
    .fix = --set bot_status=bot_end le fait taire, --set bot_status=bot_start dit que c'est voulu
refusal-misfits = { $things ->
    [one] { $things } élément ne convient pas au compte
   *[other] { $things } éléments ne conviennent pas au compte
}
refusal-warnings = { $warnings ->
    [one] { $warnings } avertissement, avec --deny-warnings
   *[other] { $warnings } avertissements, avec --deny-warnings
}
refusal-both = { $misfits } et { $denied }
refusal = { $what } ; rien n'a été envoyé ; le premier concerne { $first }
    .fix = corrigez le fichier ou le compte ; `callbell-import check` liste tout, `callbell-import account` montre ce que contient le compte
walk-no-use = la liste des contacts est inutilisable ({ $why }) : chaque ligne est recherchée à la place
walk-no-numbers = la liste montre des contacts sans numéro
walk-no-main-channel = on ignore quel canal WhatsApp est le principal, et chaque contact est dans un canal
walk-no-channels = le compte a plusieurs canaux WhatsApp, et la liste ne montre pas dans lequel se trouve un contact
walk-no-end = la liste des contacts n'a pas de fin
walk-incomplete = la liste montre moins de contacts qu'elle n'en compte
walk-other-source = la liste montre des contacts d'une source inconnue
walk-other-numbers = un contact de la liste est introuvable sous le numéro qu'elle montre
walk-too-fast = la liste des contacts change plus vite qu'elle ne peut être lue
account-of-nobody = le compte n'a pas dit à qui il est

## Le rapport

report-import-of = Import de
report-outcome = Résultat
report-caption = Ce que les lignes sont devenues
report-status = Statut
report-rows = Lignes
report-share = Part
report-means = Signification
report-sentence = { $rows } : { $parts }.
report-created-confirmed = { $created } ({ $confirmed })
headline-all-left-out = Le fichier a des lignes, mais --skip, --limit ou --shard n'en laissent aucune
headline-no-rows = Le fichier n'a aucune ligne
headline-good = Chaque ligne s'est terminée comme voulu
headline-failures = Terminé ; { $rows ->
    [one] { $rows } ligne demande votre attention
   *[other] { $rows } lignes demandent votre attention
}
headline-token = Le jeton de l'API a été refusé
headline-unconfirmed = Terminé ; { $rows ->
    [one] { $rows } ligne n'est pas encore certaine
   *[other] { $rows } lignes ne sont pas encore certaines
}
headline-by-hand = Arrêté à la main ; la même commande reprend
headline-stopped = Arrêté avant la fin ; la même commande reprend
percent = { $share } %
percent-less = < { $share } %
percent-more = > { $share } %
report-next = Que faire ensuite
report-not-as-wished = Non créées, ou déjà présentes et pas comme le dit la ligne, par cause
report-not-created = Non créées, par cause
report-not-certain = Pas encore certaines, par cause
report-examples = Exemples
report-row = Ligne
report-line = Ligne du fichier
report-name = Nom
report-identifier = Identifiant
report-message = Message
report-the-api-said = l'API a répondu « { $said } »
report-the-api-said-of-a-change = le contact existe, et au sujet de la modification l'API a répondu « { $said } »
report-more-causes = { $causes ->
    [one] { $causes } autre cause
   *[other] { $causes } autres causes
}
report-all-failures = Toutes, dans les colonnes du fichier d'origine, se trouvent dans failures.csv à côté de ce fichier.
report-warnings = Envoyées, avec un avertissement
report-warning = Avertissement
report-first-row = Première ligne
report-wire = Sur le réseau
report-took = Durée
report-requests = Requêtes
report-per-second = Par seconde
report-limit = Limite
report-no-limit = aucune
report-sent-again = Renvois
report-throttled = Ralentissements (429)
plot-requests = Requêtes et lignes par seconde
plot-requests-words = Au plus { $most } requêtes par seconde, { $mean } en moyenne.
plot-requests-key = requêtes et lignes.
plot-requests-key-limit = requêtes et lignes ; en tirets : la limite.
plot-latency = Temps de réponse, en millisecondes
plot-latency-words = Le vingtième le plus lent des réponses a pris jusqu'à { $slowest } ms.
plot-latency-key = la moitié des réponses, et 95 %.
plot-throttled = Réponses « trop de requêtes » (429) par seconde
plot-throttled-words = { $throttled ->
    [one] { $throttled } réponse a demandé de ralentir.
   *[other] { $throttled } réponses ont demandé de ralentir.
}
plot-blue = En bleu
plot-orange = en orange
report-mapping = Correspondance
report-export-of = reconnu comme un export de
report-by-profile = comme dans les exports de ce programme
report-field = Champ
report-from = Origine
report-note = Note
report-unmapped = { $columns ->
    [one] { $columns } colonne non envoyée
   *[other] { $columns } colonnes non envoyées
}
report-column = Colonne
report-why = Raison
report-filled = Cellules remplies
report-account = Le compte
report-address = Adresse
report-user = Utilisateur du jeton
report-created = Contacts créés
report-first-created = { $contacts ->
    [one] Le premier, avec un lien
   *[other] Les { $contacts } premiers, avec des liens
}
report-contact = Contact
report-all-results = Tous se trouvent dans results.csv à côté de ce fichier.
report-made = Commencé { $started }, terminé { $ended }, code de sortie { $exit }. Produit par callbell-import { $version }.
report-privacy = Ce fichier contient des noms et des numéros de personnes. Il ne charge rien et n'exécute rien.
learnt-plan = Abonnement
learnt-channels = Canaux
learnt-teams = Équipes
learnt-tags = Étiquettes vues
learnt-fields = Champs personnalisés vus
learnt-contacts = Contacts auparavant
learnt-about = environ { $contacts }
learnt-answers = Réponses aux contacts
learnt-there-already = Contacts déjà présents
learnt-clock = Horloge du serveur
learnt-none = néant
clock-agrees = en accord avec celle de cette machine
clock-ahead = { $seconds } s d'avance sur celle de cette machine
clock-behind = { $seconds } s de retard sur celle de cette machine

## Pendant l'import

progress-in-flight = { $rows } en cours
progress-throttled = { $rows ->
    [one] { $rows } ralentissement
   *[other] { $rows } ralentissements
}
progress-sent-again = { $rows ->
    [one] { $rows } renvoi
   *[other] { $rows } renvois
}
progress-in-doubt = { $rows } en suspens
progress-looking = recherche des { $rows } dernières
progress-left = reste { $time }
progress-rows = lignes
progress-of-limit = {" "}sur { $limit }
progress-requests-per-second = {" "}requêtes/s
progress-line = { $settled }/{ $rows } lignes{ $rate }, { $left } : { $counts }
progress-stopping-by-hand = arrêt : plus aucune ligne n'est envoyée, et celles en cours sont attendues ; recommencez pour arrêter tout de suite
progress-stopping = arrêt : plus aucune ligne n'est envoyée
progress-outage = le serveur ne répond pas ({ $last }) : plus aucune ligne n'est envoyée d'ici là, pendant { $time } au plus ; aucune ligne n'est perdue
progress-outage-over = le serveur répond de nouveau, après { $time }

next-rehearsal = une répétition recommence à chaque fois depuis le début ; un véritable import reprend avec la même commande
next-bound = la même commande s'arrêtera de nouveau ici : corrigez dans la liste les lignes en échec, ou augmentez --max-failures ; elle reprendra alors avec { $rows ->
    [one] la ligne en suspens ou non envoyée
   *[other] les { $rows } lignes en suspens ou non envoyées
}
next-goes-on = la même commande reprend avec { $rows ->
    [one] la ligne en suspens ou non envoyée
   *[other] les { $rows } lignes en suspens ou non envoyées
}
next-decide = voyez dans le tableau de bord si { $rows ->
    [one] la personne de cette ligne y est ; sinon, effacez le mot `unconfirmed` dans { $file }, puis : { $command }
   *[other] les personnes de { $rows } de ces lignes y sont ; effacez le mot `unconfirmed` dans { $file } là où elles n’y sont pas, puis : { $command }
}
next-correct = corrigez les lignes dans { $file }, puis : { $command }

## Erreurs, conseils et questions de la ligne de commande

error = erreur :
hint = conseil :
intake-scratch = impossible de relire ce qui ne tenait pas en mémoire : { $why }
intake-thread = impossible de démarrer le fil de lecture : { $why }
journal-open = impossible d'ouvrir le journal : { $why }
journal-read = impossible de lire le journal : { $why }
journal-write = impossible d'écrire le journal : { $why }
journal-sync = impossible de synchroniser le journal : { $why }
journal-newer = le journal est au format { $found } ; ce programme lit jusqu'au format { $known }
damage-line = la ligne à l'octet { $byte } est abîmée
damage-gap = il manque des enregistrements avant l'octet { $byte }
damage-before = il était déjà endommagé
damage-end = { $bytes ->
    [one] il manque son dernier octet
   *[other] il manque ses { $bytes } derniers octets
}
damage-no-head = il n'a pas de première ligne
damage-no-journal = il n'est plus là
journal-head-lost = le journal est endommagé au début : { $what }
journal-changed = le journal a été modifié pendant son utilisation
related-lock-held = un import qui va avec celui-ci est en cours dans { $folder } : { $holder }
    .fix = il peut créer les mêmes personnes : relancez cette commande quand il aura fini (`run` l’attend avec --wait-lock)
lock-held = un autre processus occupe cet import : { $holder }
lock-unwritable = impossible d'écrire { $path } : { $why }
lock-unsupported = impossible de verrouiller { $path } : { $why }
unknown-process = un processus inconnu
output-folder = impossible d'utiliser le dossier de sortie { $path } : { $why }
output-write = impossible d'écrire { $path } : { $why }
output-folder-of-another = { $path } est à un autre utilisateur (numéro { $owner }), et celui-ci ne peut pas y lire et écrire
output-of-another = { $path } est à un autre utilisateur (numéro { $owner }), et celui-ci ne peut pas le lire et l'écrire ; quelqu'un s'est occupé de cet import sous cet autre nom
run-broken = un envoi s'est effondré : { $what }
run-miscounted = les comptes ne tombent pas juste : { $what }
survey-scratch = impossible de mettre de côté ce qui ne tient pas en mémoire : { $why }
drift-rows = le fichier a { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
} ; ceux des { $runs } derniers imports en avaient de { $least } à { $most }
drift-invalid = { $percent } % des lignes ne sont pas valables ; lors des { $runs } derniers imports, c'était { $most } % au plus
drift-unended = la dernière ligne n'a pas de fin de ligne, et lors des { $runs } derniers imports elle en avait : le fichier a peut-être été coupé
drift = { $what } ; rien n'a été envoyé
    .fix = regardez le fichier ; s'il est juste, pour cette fois : --max-drift none, ou --max-drift { $share }%
drift-once = regardez le fichier ; s'il est juste, pour cette fois : --max-drift none
drift-meaning = rien n'a été envoyé : le fichier ne ressemble pas à ceux des derniers imports
base-url = --base-url est inutilisable : { $why }
base-url-none = ce n'est pas une adresse telle que https://api.callbell.eu/v1
base-url-unencrypted = http:// est refusé sauf vers cette machine : le jeton et les contacts seraient lisibles en chemin
base-url-user = elle contient un nom d'utilisateur ou un mot de passe ; le jeton se donne à part
base-url-query = elle contient une requête ou un fragment
address-none = ce n'est pas une adresse telle que https://hc-ping.com/…
address-scheme = elle doit commencer par https://
address-unencrypted = http:// est refusé sauf vers cette machine : l'adresse est souvent un secret
token-empty = il est vide
token-too-long = il dépasse { $most } caractères
token-characters = il contient des caractères qu'aucun jeton ne contient (espaces, guillemets, ou lettres hors ASCII)
undo-log-open = impossible d'ouvrir undo.log : { $why }
undo-log-read = impossible de lire undo.log : { $why }
undo-log-write = impossible d'écrire undo.log : { $why }
undo-log-sync = impossible de synchroniser undo.log : { $why }
undo-log-newer = undo.log est au format { $found } ; ce programme lit jusqu'au format { $known }
undo-log-other-import = undo.log appartient à un autre import que le journal à côté de lui
ca-cert-read = impossible de lire --ca-cert { $path } : { $why }
ca-cert = --ca-cert { $path } est inutilisable : { $why }
    .fix = donnez un fichier contenant des lignes `-----BEGIN CERTIFICATE-----`
ca-cert-broken = ce n'est pas une liste de certificats au format PEM : { $why }
ca-cert-none = il ne contient aucun certificat
http-set-up = impossible de préparer le client HTTP : { $why }
http-token = le jeton ne peut pas être une valeur d'en-tête
rate-not-shared = impossible de partager le débit avec d'autres imports par { $path } : { $why }
hint-make-room = rien n'est envoyé qui ne puisse être noté ; faites de la place, puis relancez la même commande
hint-folder-gone = le dossier a été déplacé ou supprimé pendant que le programme y travaillait. Remettez-le à sa place avant de relancer la commande : lui seul sait qui a été créé. Sans lui, toute personne qui n'est pas d'abord recherchée est créée une seconde fois : Instagram, Messenger, Telegram, et tout le monde avec --on-existing create
hint-shorter-folder = dites où vont les résultats, sous un nom plus court : --out DIR
hint-no-folder = il y a là autre chose qu'un dossier, tel qu'un fichier ou un lien vers ce qui n'existe plus : nommez un autre dossier avec --out, ou déplacez-le
hint-newer-program = utilisez le programme plus récent, ou un autre dossier : --out DIR
hint-put-back = remettez une copie du dossier, ou passez --restart, qui oublie ce qui a été créé : comparez avec results.csv
hint-nothing-else-may-write = rien d'autre ne doit écrire dans le dossier d'un import
hint-wait-for-the-lock = attendez qu'il ait fini, ou importez dans un autre dossier : --out DIR
hint-writable-folder = importez dans un dossier où l'on peut écrire : --out DIR
hint-told-in-its-folder = l'import dont voici les échecs apprend où ils vont : rendez { $folder } accessible en écriture
hint-folder-of-another = lancez la commande sous cet utilisateur (sudo -u '#{ $owner }' devant) ; ou, si l'import doit être à vous désormais : sudo chown -R { $user } { $folder }
hint-give-back = rendez-le à l'utilisateur à qui est le dossier : sudo chown --reference={ $folder } { $folder }/* ; ou lancez la commande sous l'utilisateur de cet import
hint-folder-with-locks = un import a besoin d'un dossier sur un système de fichiers avec verrous : --out DIR
hint-bug = c'est un défaut du programme ; merci de le signaler
hint-the-imports-address = indiquez son adresse : --base-url { $held }
hint-another-folder = importez dans un autre dossier : --out DIR
hint-nothing-was-sent = rien n'a été envoyé
nothing-was-sent = Rien n'a été envoyé.
stopped-before-sending = Arrêté avant que rien n'ait été envoyé.
warn-monitoring = avertissement : { $why } ; l'import n'en est pas affecté
warn-rate = avertissement : l'API documente { $limit } requêtes par seconde ; { $rate } ont été demandées
warn-journal-damaged = avertissement : le journal est endommagé ({ $damage }) ; chaque ligne sans verdict est recherchée avant d'être envoyée, et celles sans recherche possible (Instagram, Messenger, Telegram) restent non confirmées
job-gone-on = le travail a été poursuivi dans { $folder }, par un run ou un undo : personne d'autre ne sait qui y a été créé ou supprimé
    .fix = poursuivez-le là : --out { $folder }
hint-job-elsewhere = ce dossier n'est pas ici : il a été déplacé, ou il est sur une autre machine ; poursuivez là où il est maintenant
hint-job-in-parts = certaines de ses parts ont été annulées : annulez aussi les autres, à cet endroit
part-of-job = { $folder } est le dossier d'une part d'un travail de flotte, et la flotte ne saurait pas qui un run y crée
    .fix = rassemblez le travail avec fleet collect, et poursuivez dans le dossier de ses résultats ; verify et undo acceptent une part
warn-gone-on = avertissement : le travail a été poursuivi dans { $folder }, par un run ou un undo : qui y a été créé ou supprimé n'est pas dit ici
job-went-on = la flotte a poursuivi ce travail depuis sa collecte
    .fix = collectez-le encore une fois avec fleet collect, dans un autre dossier si quelque chose a été corrigé dans celui-ci
warn-job-away = avertissement : le dossier du travail qui a été collecté ici est introuvable ({ $folder }) ; ne remettez pas ce travail dans la file avec fleet enqueue : les personnes créées ici le seraient une seconde fois
warn-elsewhere-damaged = avertissement : ce que l'import de { $folder } sait des personnes de cette liste n'est pas entier ({ $damage }) ; les personnes qui ne sont pas connues ici sont recherchées avant d'être envoyées, et celles sans recherche possible (Instagram, Messenger, Telegram) restent non confirmées ; remettez-le tel qu'il était ou, s'il n'a personne de cette liste, écartez ce qu'il en reste et supprimez given-back.json à côté du journal.log de cet import
warn-elsewhere-replaced = avertissement : un import qui va avec celui-ci était dans { $folder }, et un autre y est maintenant ; on ne sait pas ce que le premier sait des personnes de cette liste, et donc celles qui ne sont pas connues ici sont recherchées avant d'être envoyées, et celles sans recherche possible (Instagram, Messenger, Telegram) restent non confirmées ; remettez le premier à sa place
warn-elsewhere-was-here = avertissement : ces échecs ont déjà été rendus ici, et ce qu'il en est advenu n'est plus dans ce dossier ; les personnes qui ne sont pas connues ici sont recherchées avant d'être envoyées, et celles sans recherche possible (Instagram, Messenger, Telegram) restent non confirmées ; remettez ce dossier à sa place, ou effacez le mot dans import_status pour celles dont on sait qu'elles ne sont pas dans le compte
warn-failures-of-nobody = avertissement : ces lignes ont été écrites pour être corrigées, et d'une copie on ne sait de quel import elles viennent ; qui est aussi corrigé dans sa liste serait créé deux fois ; corrigez le fichier là où il a été écrit et rendez-le par la commande qui y est montrée
waiting-for-the-lock = en attente : { $why }
ask-send = Envoyer { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} à { $endpoint } ?
ask-send-with-bot = Envoyer { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} à { $endpoint }, dont { $rows } sans bot_status, auxquels un bot peut donc répondre ?
ask-yes = [O/n]
ask-no = [o/N]
guessed = { $guesses }, et il n'y a pas de terminal pour le demander
guessed-profile = le fichier est seulement supposé être un export de { $title } ({ $found } colonnes sur { $of })
    .fix = si ce n'en est pas un, passez --profile none. Si c'en est un, passez --yes pour accepter toutes les suppositions, ou ces options : { $flags }
guessed-column = { $field } est seulement supposé être `{ $column }`
    .fix = si c'est exact, passez --yes pour accepter toutes les suppositions, ou ces options : { $flags }
other-account = ce dossier contient un import dans un autre compte que celui de { $user }
other-account-unnamed = rien ne montre que l'import de ce dossier est dans le compte de ce jeton : l'API ne dit pas à qui il appartient
other-endpoint = ce dossier contient un import par { $held }, et non { $asked }
other-country = les numéros sans + ni 00 ont été lus comme des numéros du pays { $before } lors des imports dans ce dossier, et le seraient maintenant comme des numéros du pays { $now } : qui en a un serait quelqu'un d'autre, et serait créé une fois de plus
    .fix = rien n'a été envoyé ; passez --default-country { $before } comme avant, ou importez dans un autre dossier : --out DIR
other-people = lors des imports dans ce dossier, { $before } disait qui est qui, et ce serait maintenant { $now } : les mêmes personnes en seraient d'autres, et seraient créées une seconde fois
    .fix = rien n'a été envoyé ; prenez l'identifiant de { $before } comme avant, ou importez dans un autre dossier : --out DIR
other-people-gone = lors des imports dans ce dossier, { $before } disait qui est qui ; { $gone } n'est plus dans cette liste, et ce serait maintenant { $now } : des contacts qui s'y trouvent, le dossier en connaît { $known }, et parmi les autres, qui y a un autre identifiant serait créé une seconde fois
other-labels-gone = lors des imports dans ce dossier, { $gone } disait lequel de plusieurs numéros est pris, et cette colonne n'est plus dans la liste : des contacts qui s'y trouvent, le dossier en connaît { $known }, et parmi les autres, qui est connu sous un autre numéro serait créé une seconde fois
hint-column-gone = rien n'a été envoyé ; rendez à la liste les colonnes qu'elle avait. Si { $now } a les mêmes identifiants pour les mêmes personnes, dites-le une fois : --map { $map }. Ou importez dans un autre dossier : --out DIR
hint-columns-gone = rien n'a été envoyé ; rendez à la liste les colonnes qu'elle avait. Si { $columns } ont les mêmes identifiants pour les mêmes personnes, lisez-les toutes, cette fois et les suivantes : { $key } sous [map] d'un fichier de correspondance (callbell-import map LISTE --to FICHIER en écrit un, --mapping FICHIER le lit). Ou importez dans un autre dossier : --out DIR
hint-column-gone-for-good = rien n'a été envoyé ; rendez à la liste les colonnes qu'elle avait : aucune personne connue ne se trouve dans ses colonnes. Ou importez dans un autre dossier : --out DIR
same-names = contacts de cette liste que { $folder } connaît : { $known } sur { $contacts } ; mais { $others } des autres s'appellent comme quelqu'un de ses résultats qui a un autre identifiant, le premier à la ligne { $row } : les identifiants semblent être lus autrement qu'avant, et les mêmes personnes seraient créées une seconde fois
    .fix = rien n'a été envoyé ; comparez la liste avec { $folder }/results.csv : les identifiants sont lus maintenant par { $by }. Si ce sont d'autres personnes, importez-les dans un autre dossier (--out DIR), ou approuvez le plan : callbell-import plan LISTE, puis run LISTE --plan PLAN
lost-refusals = lors des imports dans ce dossier, { $column } disait qui ne veut pas de messages ; maintenant, cette colonne n'est plus dans la liste, ou n'écarte personne : ces personnes seraient envoyées
    .fix = rien n'a été envoyé ; rendez cette colonne à la liste, ou dites dans un fichier de correspondance quelle colonne le dit maintenant (sous [unsubscribed]) ; --include-unsubscribed les envoie
other-source-by-column = lors des imports dans ce dossier, tout le monde était de { $before }, et maintenant la colonne { $column } dirait de quelle source : les mêmes personnes en seraient d'autres, et seraient créées une seconde fois
    .fix = rien n'a été envoyé ; passez --source { $before } comme avant, ou --map { $map } si la colonne est la bonne : qui y est d'une autre source sera créé une seconde fois
other-source-no-column = lors des imports dans ce dossier, la colonne { $column } disait de quelle source est chacun, et maintenant tout le monde serait de { $now } : les mêmes personnes en seraient d'autres, et seraient créées une seconde fois
    .fix = rien n'a été envoyé ; passez --map { $map } comme avant, ou importez dans un autre dossier : --out DIR
hint-source-column-gone = rien n'a été envoyé ; si la colonne a maintenant un autre nom, passez --map source=COLONNE ; si tout le monde est de { $now }, --source { $now }
other-source = lors des imports dans ce dossier, tout le monde était de { $before }, et serait maintenant de { $now } : les mêmes personnes en seraient d'autres, et seraient créées une seconde fois
    .fix = rien n'a été envoyé ; passez --source { $before } comme avant, ou importez dans un autre dossier : --out DIR
other-numbers = lors des imports dans ce dossier, les identifiants ont été lus par { $before }, et le seraient maintenant par { $now } : la personne de la ligne { $row } en serait une autre, et serait créée une fois de plus
    .fix = rien n'a été envoyé ; lisez-les par { $before } comme avant, ou importez dans un autre dossier : --out DIR
bare-identifiers = { $rows ->
    [one] { $rows } identifiant de cette liste a
   *[other] { $rows } identifiants de cette liste ont
} quelque chose qu'un tableur ou une copie a ajouté, que les versions précédentes envoyaient et qui est retiré maintenant : qui est parti ainsi serait créé une fois de plus
    .fix = rien n'a été envoyé ; reprenez ce que les imports précédents ont créé (callbell-import undo), puis importez dans un autre dossier : --out DIR
no-country-any-more = les numéros sans + ni 00 de cette liste ont été lus comme des numéros du pays { $before }, et aucun pays n'est indiqué maintenant : ils seraient à quelqu'un d'autre ou à personne
other-list = { $folder } contient l'import d'une autre liste, { $held } ; contacts de celle-ci qui y sont connus : { $known } sur { $contacts } ; ses résultats prendraient la place de ceux de l'autre, et `undo` reviendrait sur les deux
    .fix = rien n'a été envoyé ; donnez à cette liste un dossier à elle : --out DIR. Si c'est la même liste à un autre endroit, ou celle de la nuit suivante : --out { $folder }
standard-input = l'entrée standard
failures-read-otherwise = de la liste de { $file }, d’autres colonnes ont été lues comme des champs que de celle de { $other }, et ici elles seraient lues comme une seule
    .fix = redonnez chacune seule
folder-of-other-failures = { $folder } contient ce qu'il est advenu d'autres échecs : { $held }
    .fix = donnez à ceux-ci un dossier à eux : --out { $out }
failures-edited = { $file } a été modifié depuis son écriture. Cet import relit toute la liste, et non ce fichier ; pour importer ce qui y a été corrigé : { $command }
stdin-unsettled = une liste de l'entrée standard n'a pas été réglée par une exécution précédente, et une autre est arrivée : elle est gardée. Pour la continuer, donnez-la à `run` avec les options avec lesquelles elle a été lue : callbell-import run { $file } --out { $folder } …
failures-kept = failures.csv avait été modifié : il est conservé sous { $file }. Pour importer ce qui y a été corrigé : { $command }
problems-kept = problems.csv avait été modifié : il est conservé sous { $file }
stdout-failed = tout n'a pas pu être écrit sur la sortie standard : { $why }
no-signals = impossible d'écouter les signaux : { $why }
stdin-is-a-terminal = `-` lit l'entrée standard, et c'est un terminal
    .fix = reliez-la : callbell-import run - < contacts.csv
stdin-of-several = `-` est l'entrée standard, et ne peut pas figurer parmi plusieurs fichiers
    .fix = réunissez-les d'abord, ou importez-les un par un
token-refused = { $base } a refusé le jeton de l'API ({ $status })
    .fix = les jetons se créent dans le tableau de bord, sous paramètres, clés d'API ; rien n'a été envoyé
not-the-api = { $base } n'est pas l'API : { $seen }
    .fix = vérifiez --base-url ; rien n'a été envoyé
asks-to-slow-down = { $base } demande de ralentir (429)
    .fix = rien n'a été envoyé ; réessayez plus tard
asks-to-wait = le serveur demande d'attendre { $duration } avant tout envoi (429) ; Ctrl-C met fin à l'attente
waits-for-an-answer = { $what } ; rien n'a été envoyé, et la question est reposée pendant { $most } au plus (--max-outage) ; Ctrl-C met fin à l'attente
asks-to-wait-too-long = { $base } demande d'attendre { $duration } (429)
    .fix = rien n'a été envoyé ; la même commande reprend après cela
own-column-mapped = la colonne `{ $column }` ne peut pas donner { $field } : failures.csv a une colonne de ce nom à sa droite, et ce que ce programme y écrit serait envoyé quand le fichier est repris
    .fix = renommez la colonne `{ $column }` dans la liste ; rien n'a été envoyé
own-column-alone = la liste a une colonne `{ $column }`, comme failures.csv en a à sa droite, où ses valeurs seraient perdues
    .fix = renommez la colonne `{ $column }` dans la liste, ou supprimez-la si elle vient d'un failures.csv ; rien n'a été envoyé
json-list-for-a-text = dans { $path }, ligne { $line }, `{ $column }` est une liste, et { $field } est un seul texte
    .fix = écrivez-le comme un seul texte, ou associez une autre colonne à { $field } ; rien n'a été envoyé
file-gives-none = { $path } n'a aucune des colonnes qui donnent { $field } : { $columns } ; personne n'y pourrait être un contact
    .fix = nommez aussi sa colonne dans un fichier de correspondance : { $field } = [{ $columns }, "…"] ; ses colonnes : { $its } ; ou importez { $path } seul
numbers-have-points = la colonne `{ $column }` contient des nombres et non des textes, et leurs décimales suivent toujours un point, et `{ $label }` est déclaré écrit autrement
    .fix = retirez decimal_separator et thousands_separator pour `{ $label }`, ou écrivez ses nombres comme des textes dans le fichier
does-not-answer = { $base } ne répond pas : { $why }
    .fix = rien n'a été envoyé ; vérifiez le réseau et réessayez
warning = avertissement : { $what }
address = { $flag } est inutilisable : { $why }
documented-limit = l'API documente { $limit } requêtes par seconde
rate-none = --rate none est réservé aux serveurs de cette machine
sandbox-token = le jeton du bac à sable ne peut pas en être un : { $why }
sandbox-start = impossible de démarrer le bac à sable : { $why }
sandbox-settings-read = impossible de lire les réglages du bac à sable { $path } : { $why }
sandbox-settings =
    dans les réglages du bac à sable { $path } :
    { $what }
sandbox-port = impossible de démarrer sur le port { $port } : { $why }
sandbox-runs = Le bac à sable fonctionne ; { $page } montre ce qu'il contient. Ctrl-C l'arrête. Pour l'utiliser :
sandbox-held = Le bac à sable contenait { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
}.
no-token = il n'y a pas de jeton de l'API
    .fix = mettez-le dans un fichier et passez --api-key-file FICHIER, ou définissez CALLBELL_API_KEY ; --sandbox n'en a pas besoin
token-none-in = { $place } ne contient pas de jeton de l'API : { $why }
token-no-such-file = impossible de lire le fichier qui doit contenir le jeton de l'API : { $why }
    .fix = son nom n'est pas montré, car il ressemble à un jeton : un jeton se met dans un fichier que vous seul pouvez lire (--api-key-file FICHIER), ou dans CALLBELL_API_KEY
token-unreadable = impossible de lire le jeton de l'API dans { $place } : { $why }
token-no-text = ce n'est pas un texte en UTF-8 ; PowerShell écrit de l'UTF-16 avec >, et de l'ASCII avec : Set-Content -Encoding ascii
folder-of-others = avertissement : { $path } est à quelqu'un d'autre, qui pourrait falsifier ce qui a été créé ; un dossier à vous est sûr : --out DIR
folder-open-to-others = avertissement : { $path } est modifiable par d'autres, qui pourraient falsifier ce qui a été créé ; chmod 700 leur en ferme l'accès
token-readable = avertissement : { $place } est lisible par d'autres ; chmod 600 garde le jeton de l'API pour vous
token-no-such-command = --api-key-command n'est pas une commande que le shell connaît
    .fix = elle n'est pas affichée, car c'est peut-être le jeton lui-même : il se met dans un fichier que vous seul pouvez lire (--api-key-file FILE), ou dans CALLBELL_API_KEY
token-command-start = impossible de lancer --api-key-command : { $why }
token-command-failed = --api-key-command a échoué ({ $status })
token-command-much = --api-key-command a écrit plus de { $bytes } octets, ce qui n'est pas un jeton
token-command-slow = --api-key-command n'avait pas fini après { $seconds } s, et a été arrêtée
    .fix = rien n'a été envoyé ; sans terminal, personne ne peut rien déverrouiller : donnez une commande qui n'a besoin de personne, ou --api-key-file
token-command-no-text = la sortie de --api-key-command n'est pas du texte
token-command-output = la sortie de --api-key-command
journal-open-at = impossible d'ouvrir le journal { $path } : { $why }
journal-read-at = impossible de lire le journal { $path } : { $why }
journal-aside = impossible de mettre de côté le journal { $path } : { $why }
journal-head = le journal dans { $folder } est endommagé au début
    .fix = remettez une copie du dossier
nothing-sent-yet = rien n'a encore été envoyé depuis { $folder } : son import s'est arrêté avant
    .fix = callbell-import status { $folder } dit pourquoi
undo-log-aside = impossible de mettre undo.log de côté : { $why }
undo-log-closed = undo.log n'est pas ouvert
undone-deleted = undo a supprimé { $deleted ->
    [one] { $deleted } contact
   *[other] { $deleted } contacts
} de cet import
undone-restored = undo a rétabli ce que cet import avait modifié de { $restored ->
    [one] { $restored } contact
   *[other] { $restored } contacts
}
undone-both = undo a supprimé { $deleted ->
    [one] { $deleted } contact
   *[other] { $deleted } contacts
} de cet import et en a rétabli { $restored } qu'il avait modifiés
undo-of-failures-under-way = une annulation de { $folder } est en cours, où des échecs de cette liste ont été importés : --restart recommencerait aussi cet import
undo-under-way = une annulation de cet import est en cours
    .fix = laissez-la aller à son terme : callbell-import undo { $folder }
hint-restart-undone = passez --restart pour importer de nouveau leurs lignes, ou importez dans un autre dossier : --out DIR
restart-undone = --restart importe de nouveau les lignes de { $contacts ->
    [one] { $contacts } contact annulé
   *[other] { $contacts } contacts annulés
}, et il n'y a pas de terminal pour le demander
    .fix = passez aussi --yes s'il faut les importer de nouveau
ask-restart-undone = Importer de nouveau les lignes de { $contacts ->
    [one] { $contacts } contact annulé
   *[other] { $contacts } contacts annulés
} ?
restart-goes-on = --restart a été commencé par une exécution précédente, et continue : ce qui a été envoyé depuis n’est pas oublié (pour recommencer encore : exécutez-le d’abord jusqu’au bout sans --restart, ou prenez un autre dossier : --out DOSSIER)
restarted-undone = les lignes de { $contacts ->
    [one] { $contacts } contact annulé
   *[other] { $contacts } contacts annulés
} sont importées de nouveau ; ce que undo a fait est conservé dans { $kept }
rehearsal-forgotten = { $folder } contenait une répétition, désormais oubliée
rehearsal-over-import = { $folder } contient un véritable import, qu'une répétition écraserait
    .fix = répétez dans un autre dossier : --out DIR
rehearsal-gone = le serveur de substitution d'une répétition disparaît avec elle
    .fix = gardez-en un en marche avec `callbell-import sandbox`, et importez-y avec --base-url
ask-restart = Oublier ce que les imports précédents ont fait dans { $folder } ? Les contacts qu'ils ont créés pourraient être créés une seconde fois.
overwrites-input = { $file } est la liste à lire et serait écrasé ; rien n'a été lu ni envoyé
    .fix = choisissez un autre dossier avec --out DIR, ou un autre nom
dash-is-no-file = { $flag } - : la sortie standard reçoit ce qu'un import dit à sa fin
    .fix = nommez un fichier ; /dev/stdout reçoit aussi des événements, et /dev/stderr les tient à part
overwrites-no-file = { $file } n'est pas un fichier ordinaire mais un périphérique, un tube ou un dossier, et serait remplacé par un fichier ; rien n'a été écrit
    .fix = nommez un fichier ; -, comme dans --to -, est la sortie standard là où la commande la propose
overwrites-others = { $file } existe et n'est pas de ce programme ; il serait écrasé, et rien n'a été lu ni envoyé
    .fix = choisissez un autre dossier avec --out DIR, ou déplacez ce fichier
    .name = nommez un autre fichier, ou déplacez celui-là
restart-unasked = --restart oublie ce que les imports précédents ont fait, et il n'y a pas de terminal pour le demander
    .fix = passez aussi --yes si des contacts peuvent être créés une seconde fois
nothing-forgotten = rien n'a été oublié, et rien n'a été envoyé
warn-restart-other-numbers = avertissement : d'après ce que --restart oublie, { $people ->
    [one] une personne de cette liste est
   *[other] { $people } personnes de cette liste sont
} dans le compte sous un autre numéro de la ligne que celui qui est pris, la première à la ligne { $row } : qui y est encore est créé une seconde fois
warn-restart-of-a-part = avertissement : qui est connu d’une autre partie de la liste sous un autre numéro est laissé à celle-ci, et n’appartient à aucune tant qu’elle n’est pas recommencée elle aussi : relancez ensuite toutes les parties
restarted = les imports précédents sont oubliés ; leur journal est conservé dans { $kept }
restarted-without-journal = les imports précédents sont oubliés ; leur journal avait déjà disparu
thousand-logs = { $folder } conserve un millier de journaux mis de côté
    .fix = supprimez ceux dont personne n'a besoin : { $files }
approved-read = impossible de lire le plan { $path } : { $why }
approved-no-plan = { $path } n'est pas un plan
    .fix = callbell-import plan FICHIER en écrit un
approved-write = impossible d'écrire le plan { $path } : { $why }
approved-version = la version du programme
approved-input = le fichier d'entrée
approved-mapping = la correspondance ou les noms du compte
approved-reading = la lecture du fichier (--encoding, --sheet et semblables)
approved-endpoint = l'adresse de l'API
approved-account = le compte
approved-update = ce qu'une mise à jour garde ou complète
approved-rows = le nombre de lignes
approved-to-send = le nombre de lignes à envoyer
approved-otherwise = ce n'est pas ce que dit le plan, voici ce qui a changé depuis : { $changed } ; rien n'a été envoyé
    .fix = faites un nouveau plan et faites-le approuver : callbell-import plan FICHIER
approved-written = Le plan est dans { $plan } ; ceci l'exécute, ou ne fait rien : { $command }
plan-to-nowhere = un plan est un fichier qui est approuvé et exécuté : --to demande un nom pour lui ; `-` n'en est pas un
plan-offline = un plan vaut pour un compte, et --offline n'interroge personne
note-undone = remarque : { $told } ; run n'importe de nouveau leurs lignes qu'avec --restart
note-guessed = remarque : { $guesses }. Sans terminal, run a besoin de --yes, ou bien de : { $flags }
check-problems = Les lignes non valables, avec leurs raisons, sont dans { $file }
report-unwritten = impossible de noter le rapport : { $why }
report-not-there = un import l'écrit à sa fin ; donnez le dossier d'un import arrivé jusque-là
report-foreign = { $path } n'est pas de ce programme
    .fix = relancez le même import ; il réécrit le rapport
report-unmade = impossible de produire le rapport : { $why }
cannot-read = impossible de lire { $path } : { $why }
cannot-write-into = impossible d'écrire dans { $path } : { $why }
no-file-name = { $path } n'est pas un nom de fichier
no-folder = il n'y a pas de dossier { $folder }
no-import-in = il n'y a pas d'import dans { $folder }
import-set-aside-with-its-list = l'import dans { $folder } a été mis de côté quand sa liste a été recommencée avec --restart ; ce qu'il savait est dans { $kept }
    .fix = redonnez les échecs de la liste : qui est encore dans le compte y est trouvé, et personne n'est créé deux fois
hint-folder-of-results = donnez le dossier où un import a écrit ses résultats, par exemple contacts.import
hint-parts-in = des imports se trouvent dans des dossiers à l'intérieur ({ $parts }) : donnez chacun à part, le premier est { $first }
hint-folder-of-run = donnez le dossier où run écrit ses résultats ; check et map n'y écrivent pas de journal
import-unreadable = impossible de lire l'import dans { $folder } : { $why }
warn-ledger-damaged = avertissement : le journal est endommagé ({ $damage }) ; des contacts créés peuvent manquer
warn-undo-log-damaged = avertissement : undo.log est endommagé ({ $damage }) ; des contacts qu'il a supprimés peuvent être dits disparus
no-such-command = il n'y a pas de commande `{ $name }`
there-are = il y a : { $names }
no-manual = impossible de produire le manuel : { $why }
no-completions-for = il n'y a pas de complétion pour `{ $shell }`
no-completions = impossible de produire la complétion : { $why }
no-temporary-folder = impossible de créer un dossier temporaire : { $why }

## Fichiers de réglages

config-place = { $file }, ligne { $line }, colonne { $column }
environment-list = avertissement : { $name } n'est pas lu, car une liste n'a pas de forme dans l'environnement : passez --{ $flag }, ou écrivez `{ $flag }` dans un fichier de réglages
environment-nearest = avertissement : { $name } n'est pas un réglage et n'est pas lu ; vouliez-vous dire { $nearest } ?
environment-unknown = avertissement : { $name } n'est pas un réglage et n'est pas lu
environment-refused = la valeur de { $name } dans l'environnement n'est pas utilisable : { $why }
environment-one-of = attendu : { $values }
environment-kind = attendu : { $kind }
config-unreadable = impossible de lire le fichier de réglages { $path } : { $why }
config-unknown-key = { $place } : il n'y a pas de réglage `{ $key }`
    .fix = les réglages portent les noms des options ; callbell-import config show les liste
config-not-a-setting = { $place } : `{ $key }` se donne avec chaque commande, pas dans un fichier de réglages
config-secret = { $place } : `{ $key }` serait le jeton de l'API lui-même, et les fichiers de réglages se copient et se partagent
    .fix = mettez le jeton dans un fichier que vous seul pouvez lire et nommez-le : api-key-file = "token.txt" ; si le fichier de réglages a quitté cette machine, créez un nouveau jeton
config-value = { $place } : `{ $key }` est inutilisable : { $why }
config-unknown-preset = il n'y a pas de préréglage `{ $name }` dans { $files }
config-not-there = { $file }, qui n'existe pas
config-a-preset = un préréglage est une table : [preset.NOM]
config-a-preset-default = un préréglage est une table : [preset.NOM] ; default-preset = "NOM" en choisit un
config-writable = { $place } : `{ $key }` dit ce qui est lancé, écrit, tenu pour sûr ou contacté, et { $file } a pu être écrit par quelqu'un d'autre
    .fix = s'il est à vous : chmod go-w { $file }
config-strangers = { $place } : `{ $key }` dit ce qui est lancé, écrit, tenu pour sûr ou contacté, et { $file } appartient à quelqu'un d'autre (utilisateur { $owner })
    .fix = si vous vous fiez à ce qu'il dit, faites-le vôtre : sudo chown { $user } { $file } ; ou nommez un fichier à vous avec --config
config-elsewhere = { $place } : le jeton de l'API serait envoyé là où ce fichier le dit, et le jeton ne vient pas de ce fichier
    .fix = indiquez à côté où se trouve le jeton (api-key-file ou api-key-command), ou passez --base-url ou --ca-cert
config-twice = `{ $key }` figure ici deux fois
config-list = une liste ne contient que des textes et des nombres
config-scalar = un texte, un nombre, true ou false est attendu
config-preset-name = le nom d'un préréglage est attendu
config-one-value = une seule valeur est attendue, pas une liste
config-true-or-false = true ou false est attendu
config-one-of = une de ces valeurs est attendue : { $values }
config-no-value = ce n'est pas une valeur de ce réglage
config-show-flags = config show accepte les options de run

## account

account-users = Utilisateurs
account-contacts = Contacts
account-plan = { $name } ; { $channels } canaux inclus, { $licences } licences, { $users } utilisateurs actifs
account-main-channel = principal
account-discarded-channel = n'est plus utilisé
account-members = { $members ->
    [one] { $members } membre
   *[other] { $members } membres
}
account-all-users = ce sont tous : autant que l'abonnement en compte
account-some-users = il peut y en avoir d'autres : un utilisateur sans équipe n'est pas montré
account-pages-of = { $read } pages sur { $pages }
account-pages = { $read ->
    [one] { $read } page
   *[other] { $read } pages
}
account-read = lus pour ce qui suit : { $contacts } ({ $pages })
account-read-of = environ { $size } dans le compte ; lus pour ce qui suit : { $contacts } ({ $pages })
account-tags = Étiquettes de ces contacts
account-fields = Champs personnalisés de ces contacts
account-no-type = type non montré
account-more-pages = les étiquettes et champs qu'aucun contact lu jusqu'ici ne porte ne sont pas montrés ; --pages en lit davantage
account-more = et { $more } de plus ; --json les donne tous
account-not-shown = non montré : { $why }

## map

map-unasked = il n'y a pas de terminal pour demander, rien n'est donc écrit
    .fix = passez --yes pour écrire le fichier de correspondance tel que proposé
map-wrote = { $file } est écrit. Suite : { $command }
map-wrote-open = { $file } est écrit ; il n'est pas complet.
map-open = aucune colonne ne semble donner { $fields }
    .fix = choisissez-en une dans { $file }, sous [map]
map-open-word = ouvert :
map-guessed = deviné d'après les noms ou les valeurs des colonnes : { $fields } ; vérifiez-le
map-failed = échec :
map-tests = { $tests ->
    [one] { $tests } test
   *[other] { $tests } tests
} : { $passed ->
    [one] { $passed } réussi
   *[other] { $passed } réussis
}, { $failed ->
    [one] { $failed } échoué
   *[other] { $failed } échoués
}
map-profile = { $title } ({ $name }) : { $found } des { $of } colonnes auxquelles il se reconnaît sont présentes
map-column = colonne
map-filled = rempl.
map-values = valeurs
map-becomes = devient
ask-column = Numéro d'une colonne à changer, ou Entrée pour écrire { $file } :
map-numbers = Les colonnes portent les numéros 1 à { $last }.
ask-field = { $column } : { $fields }, custom_fields.<libellé>, ou - pour aucun :
ask-overwrite = { $file } existe déjà. L'écraser ?
map-kept = { $file } existe déjà, et est conservé
    .fix = écrivez un autre fichier : --to FICHIER

## undo et verify

steps-looked-at = contacts examinés
steps-done-with = contacts traités
steps-read-back = contacts relus
undo-unasked = supprimer des contacts est définitif, et il n'y a pas de terminal pour le demander
    .fix = regardez d'abord --dry-run, puis passez --yes
undo-left-open = une annulation précédente a été interrompue pendant sa suppression
undo-unreadable = il ne peut pas être lu : { $why }
undo-shown-all-the-same = l'API dit qu'il n'est pas là, et le montre
undo-refused = l'API a refusé de le supprimer ({ $status })
undo-then-refused = { $last } ; ensuite l'API a refusé de le supprimer ({ $status })
undo-still-there = { $why } ; il est toujours là
undo-not-put-back = { $why } ; il n'est pas remis en état
undo-api-left-it = l'API n'a pas remis en état { $fields }
undo-change-refused = l'API a refusé de le modifier ({ $status })
undo-dry-run-first = rien n'est supprimé avant qu'un essai à blanc ait montré ce qui le serait
    .fix = callbell-import undo { $folder } --dry-run, regardez undo.csv, puis la même commande avec --yes
undo-nothing-to-delete = Il n'y a rien à supprimer.
undo-finished-before = Cette annulation était déjà arrivée à sa fin, et est racontée encore une fois. Ce qu'elle a gardé est regardé de nouveau par : callbell-import undo { $folder } --dry-run
undo-nothing-deleted = Rien n'a été supprimé.
ask-undo = Tapez { $number } pour { $what } :
undo-delete = supprimer définitivement { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
}
undo-put-back = rétablir ce qui a été modifié de { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
}
undo-delete-and-put-back = supprimer définitivement { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} et rétablir ce qui a été modifié de { $updates }
undo-sum = { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} : { $parts }
undo-can-be-deleted = { $contacts } à supprimer
undo-can-be-put-back = { $contacts } à rétablir
undo-deleted = { $contacts ->
    [one] { $contacts } supprimé
   *[other] { $contacts } supprimés
}
undo-confirmed = dont { $contacts ->
    [one] { $contacts } confirmé par une recherche
   *[other] { $contacts } confirmés par une recherche
}
undo-restored = { $contacts ->
    [one] { $contacts } rétabli
   *[other] { $contacts } rétablis
}
undo-restored-in-part = dont { $contacts } en partie
undo-gone = { $contacts ->
    [one] { $contacts } déjà disparu
   *[other] { $contacts } déjà disparus
}
undo-kept = { $contacts ->
    [one] { $contacts } conservé
   *[other] { $contacts } conservés
}
undo-failed = { $contacts } en échec
undo-unknown = { $contacts ->
    [one] { $contacts } inconnu
   *[other] { $contacts } inconnus
}
undo-not-reached = { $contacts ->
    [one] { $contacts } non atteint
   *[other] { $contacts } non atteints
}
undo-kept-because = { $contacts ->
    [one] { $contacts } conservé
   *[other] { $contacts } conservés
} : { $meaning }
kept-changed = modifiés ou utilisés depuis leur création
kept-cannot_tell = montrent ce qu'ils ne montraient pas à leur création, si bien que personne ne peut le dire
kept-older = existaient avant d'être envoyés
kept-age_unknown = on ne sait pas s'ils existaient avant d'être envoyés
kept-not_ours = revenus sous un autre nom ou numéro que ceux envoyés, ou sans quelque chose qui a été envoyé
kept-only_looked_up = trouvés par une recherche, et seuls le numéro et le nom disent qu'ils viennent de cet import
kept-not_known = ce qui a été envoyé pour eux, ou ce qu'il y avait avant, n'est plus connu
kept-cannot_empty = ont reçu une valeur là où il n'y en avait pas, et l'API ne peut pas la vider
kept-may_be_own = peut-être ce qui a été envoyé pour des lignes modifiées depuis, ou les contacts de quelqu'un d'autre
kept-not_listed = créés après l'essai à blanc
undo-member-of-all = `{ $member }` le dit de chaque contact ; si le compte le modifie de lui-même, passez --ignore { $member }
undo-not-in-results = { $contacts ->
    [one] un de ces contacts n'est pas une ligne
   *[other] { $contacts } de ces contacts ne sont pas des lignes
} de la dernière liste lue : results.csv ne les a pas, et une liste précédente, ou un état précédent de celle-ci, les a apportés
undo-open = { $rows ->
    [one] { $rows } ligne est en suspens : elle a pu être créée
   *[other] { $rows } lignes sont en suspens : elles ont pu être créées
}, personne ne le sait encore, et ces contacts-là ne sont pas supprimés ; `run` règle celles de sa liste (avant une annulation), le tableau de bord montre les autres, et `verify --let-go` en finit avec elles
undo-given-back = des échecs en ont été repris : { $contacts ->
    [one] 1 contact qui en est issu reste
   *[other] { $contacts } contacts qui en sont issus restent
} ; callbell-import undo { $folder } --dry-run les examine
undo-report = Rapport
undo-miscounted = les comptes ne tombent pas juste
hint-undo-log = rien n'est supprimé qui ne puisse être noté ; ce qui a été supprimé est dans undo.log
next-same-command = la même commande reprend
next-without-dry-run = la même commande sans --dry-run le fait
next-after-undo = `run` refuse désormais ce dossier ; --restart importe de nouveau ces lignes
verify-sum = { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} : { $parts }
verify-sum-of = { $contacts } contacts sur { $of } : { $parts }
verify-as-sent = { $contacts ->
    [one] { $contacts } tel qu'envoyé
   *[other] { $contacts } tels qu'envoyés
}
verify-differing = { $contacts } avec des différences
verify-gone = { $contacts ->
    [one] { $contacts } a disparu
   *[other] { $contacts } ont disparu
}
verify-unknown = { $contacts } dont l'envoi n'est plus connu
    .fix = ce qui a été envoyé manque dans sent.log, modifié ou perdu, et une nouvelle vérification n'en dira pas plus : comparez vous-même avec la liste ceux que verify.csv appelle `unknown`
verify-unreadable = { $contacts ->
    [one] { $contacts } illisible
   *[other] { $contacts } illisibles
}
    .fix = la même commande, plus tard, relit ceux qui n'ont pas pu être lus
verify-not-read = { $contacts ->
    [one] { $contacts } non lu
   *[other] { $contacts } non lus
}
verify-altered = { $contacts ->
    [one] { $contacts } altéré
   *[other] { $contacts } altérés
} par l'API à la création
verify-changed = { $contacts ->
    [one] { $contacts } modifié
   *[other] { $contacts } modifiés
} depuis
verify-differs = { $contacts ->
    [one] { $contacts } différent
   *[other] { $contacts } différents
}, sans que l'on sache depuis quand
verify-not-shown = envoyé, et non montré par l'API : { $fields }
verify-open = { $rows ->
    [one] { $rows } ligne est en suspens
   *[other] { $rows } lignes sont en suspens
} : personne ne sait encore si ce qui a été envoyé a eu son effet ; `run` règle celles de sa liste, le tableau de bord montre les autres, et --let-go en finit avec toutes
verify-let-go = { $rows ->
    [one] { $rows } ligne qui était en suspens est abandonnée
   *[other] { $rows } lignes qui étaient en suspens sont abandonnées
} : personne ne les cherche plus, et si elles reviennent dans une liste, elles sont recherchées avant tout envoi
verify-seed = le même échantillon : --seed { $seed }
verify-findings = Constats

## status

status-no-address = une adresse inconnue
status-import = { $folder } : un import dans { $endpoint }
status-state = État
status-running = en cours : { $who }
status-broken-off = pas en cours : le dernier import a été interrompu avant de pouvoir dire comment il finissait
status-ended = terminé
status-stopped = arrêté avant la fin
status-not-begun = pas commencé
status-last-run = Dernier
status-last-try = Essai
status-hint = Conseil
status-failed-at = terminé { $at }, code de sortie { $code } : { $why }
status-given-back = rendus dans { $folder } : { $rows }
status-ended-at = terminé { $at }, code de sortie { $code }
status-ended-stopped = terminé { $at }, code de sortie { $code }, arrêté par { $why }
status-rate = Débit
status-per-second = { $rate } contacts réglés par seconde pendant la dernière minute
status-undo = Annulés
undo-contacts-deleted = { $contacts ->
    [one] { $contacts } contact supprimé
   *[other] { $contacts } contacts supprimés
}
undo-contacts-put-back = { $contacts ->
    [one] { $contacts } contact remis
   *[other] { $contacts } contacts remis
} en état
status-warning = Attention
status-damaged = le journal est endommagé ({ $damage }) : ce qu'il a perdu n'est pas compté ici
status-damaged-since = le journal est endommagé ({ $damage }) : les nombres sont ceux de la fin du dernier import
status-created-confirmed = { $rows ->
    [one] { $rows } créée et confirmée par une recherche
   *[other] { $rows } créées et confirmées par une recherche
}
status-open = { $rows } en cours d'envoi ou restées en chemin
status-waiting = { $rows } sur le point d'être envoyées ou rendues
status-repeating = { $rows } en double d'une autre
status-not-sent-yet = { $rows ->
    [one] { $rows } pas encore envoyée
   *[other] { $rows } pas encore envoyées
}
status-rest-or-before = { $rows } pas encore prises, non valables, en double d'une autre ou déjà connues
status-rest = { $rows } pas encore prises, non valables ou en double d'une autre
status-by-the-journal = { $rows } dans le fichier ; jusqu'ici, d'après le journal : { $parts }
status-in-the-part = { $rows } dans la partie lue du fichier ({ $window }) : { $parts }
status-part-by-the-journal = { $rows } dans la partie lue du fichier ({ $window }) ; jusqu'ici, d'après le journal : { $parts }
status-before = Avant
status-in-doubt = En suspens
status-left-in-doubt = { $contacts ->
    [one] { $contacts } contact d'un import précédent, qu'aucune ligne de la liste ne nomme
   *[other] { $contacts } contacts d'imports précédents, qu'aucune ligne de la liste ne nomme
} ; callbell-import verify { $folder } --let-go en finit avec eux
status-from-before = { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} dans le journal, d'imports d'une autre version ou partie de la liste ; lesquels sont des lignes de celle-ci, on le saura quand un import sera terminé
status-in-the-file = { $rows } dans le fichier : { $parts }
next-undo = callbell-import undo { $folder } poursuit l'annulation
next-restart = run --restart importe de nouveau les lignes supprimées
next-restart-changes = run --restart refait les changements qui ont été remis en état
next-rehearsal-only = une répétition recommence à chaque fois depuis le début
next-same-run = la même commande run reprend
next-run = ceci reprend : { $command }
next-bound-run = corrigez dans la liste les lignes en échec, ou augmentez --max-failures, puis la même commande run reprend
next-mend-first = réglez ce que dit le dernier essai, puis relancez la même commande run

## Codes de sortie

exit-0 = chaque ligne s'est terminée comme voulu
exit-1 = terminé, certaines lignes non valables, rejetées ou en échec
exit-2 = utilisation, configuration ou correspondance ; rien n'a été envoyé
exit-3 = le fichier d'entrée est illisible
exit-4 = le jeton a été refusé
exit-5 = arrêté avant la fin ; la même commande reprend
exit-6 = l'écriture locale a échoué ; avec de la place, la même commande reprend
exit-7 = un autre processus occupe cet import
exit-8 = terminé, mais des lignes restent non confirmées
exit-70 = un défaut du programme
exit-130 = Ctrl-C ; les résultats sont complets pour ce qui s'est passé
exit-143 = SIGTERM ou SIGHUP ; les résultats sont complets pour ce qui s'est passé
exit-by-signal = { $signal } ; les résultats sont complets pour ce qui s'est passé
exit-early = arrêté avant le début de l'envoi

## Avis aux programmes d'autrui

notice-nothing = callbell-import : rien n'a été envoyé (code de sortie { $code } : { $meaning })
notice-nothing-because = callbell-import : rien n'a été envoyé (code de sortie { $code } : { $meaning }) : { $why }
notice = callbell-import : { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
} : { $parts } (code de sortie { $code } : { $meaning })

row-already-there-same = le contact existe déjà dans le compte, avec les mêmes données, et --on-existing fail l'interdit
row-already-there-other = le contact existe déjà dans le compte, avec d'autres données, et --on-existing fail l'interdit
mapped-first-valid = le premier valable de : { $columns }
mapped-first-filled = le premier rempli de : { $columns }
mend-mark = corrigez cette ligne et supprimez ensuite cette cellule
    .before = corrigez cette ligne, puis supprimez cette cellule
ping-start-lost = le signal de début n'est pas arrivé : { $why }
ping-end-lost = le signal de fin n'est pas arrivé : { $why }
notice-lost = l'avis de --notify n'est pas arrivé : { $why }
notice-command = --notify-command { $why }
command-not-run = n'a pas pu être lancée : { $why }
command-too-long = a duré plus de { $time } et a été arrêtée
command-given-up = a été arrêtée après { $time }, parce qu'un signal demandait la fin
command-not-awaited = n'a pas pu être attendue : { $why }
command-failed = a échoué ({ $status })
post-answered = la réponse est { $status }
post-unreached = adresse injoignable
post-broke-off = l'échange s'est interrompu
events-untaken = personne ne prend les événements de --events ; certains sont perdus
events-not-opened = impossible d'écrire les événements dans { $path } : { $why }
events-not-written = impossible d'écrire encore des événements : { $why }
metrics-not-written = impossible d'écrire les mesures dans { $path } : { $why }
config-project = Projet
config-user = Usager
config-missing = absent
config-preset = Préréglage
config-token = Jeton
config-token-from-environment = de l'environnement (non montré)
config-not-shown = non montré
config-flag = option
config-environment = environnement, { $name }
config-file-line = { $file }, ligne { $line }
config-default = défaut
plan-shard = ceci est la part { $part } du fichier ; les autres parts sont importées par d'autres processus
shard-rate = { $limit } requêtes par seconde font moins d'une pour chacune des { $parts } parts
    .fix = toutes les parts ensemble respectent --rate : prenez moins de parts, ou un débit plus élevé
stop-cancelled = Arrêté : le travail a été annulé. La même commande reprend.
fleet-unreached = impossible de joindre le serveur de la flotte : { $why }
    .fix = nommez le serveur : --server nats://HOST:4222
fleet-refused = le serveur de la flotte n'a pas pu { $doing } : { $why }
    .fix = regardez le serveur et son JetStream, puis redonnez la même commande
fleet-do-streams = créer ses flux
fleet-do-enqueue = mettre un lot sur sa liste
fleet-do-consumer = créer le consommateur d'un compte
fleet-do-hand-out = donner un lot
fleet-do-state = garder ou montrer un état
fleet-do-log = montrer un journal
fleet-do-mark = prendre une marque
fleet-do-done = retirer un lot de sa liste
fleet-do-give-back = reprendre un lot
fleet-other-lease = le bail de cette flotte est de { $kept } s, pas de { $asked } s
    .fix = omettez --lease : le premier venu a dit ce qu'il est
fleet-other-copies = cette flotte est conservée en { $kept ->
    [one] { $kept } copie
   *[other] { $kept } copies
}, pas en { $asked }
    .fix = omettez --replicas ; ou faites d'abord conserver autant de copies de CALLBELL_WORK, CALLBELL_LOG et KV_callbell_jobs par le serveur : nats stream edit NAME --replicas N
fleet-other-consumer = le consommateur du compte { $account } a été modifié à la main : il donne plusieurs lots à la fois, ou son délai d'accusé n'est pas le bail de la flotte
    .fix = supprimez le consommateur ; il est recréé comme il doit être
fleet-unreadable = { $what } ne peut pas être lu : c'est endommagé, ou de la clé d'un autre travail, ou d'une autre version
    .fix = utilisez le dossier et le programme qui l'ont écrit
fleet-lost = un autre ouvrier a pris la suite
    .fix = tout va bien : l'autre ouvrier poursuit
fleet-mirror = impossible de garder la copie du journal : { $why }
    .fix = faites de la place dans le dossier partagé
fleet-bug = il manque quelque chose qui doit être là : { $what }
fleet-no-job = il n'y a pas de travail { $job }
    .fix = fleet status les énumère
fleet-cancelled = le travail { $job } de { $account } est arrêté : { $done } lots sur { $chunks } étaient faits ; un lot en cours d'envoi se termine en l'espace d'un bail
fleet-planning = en préparation
fleet-done = fait
fleet-under-way = en cours
fleet-stopped = arrêté ({ $by })
fleet-no-jobs = aucun travail
fleet-job = { $account } : { $rows } lignes, { $done } lots sur { $chunks }, { $phase }
fleet-account = compte { $account } : { $waiting } lots attendent, chez personne
fleet-account-held = compte { $account } : { $waiting } lots attendent, chez { $worker } depuis { $since }
fleet-cannot-write = impossible d'écrire { $path } : { $why }
fleet-same-folder = tous les membres d'une flotte ont besoin du même --folder et de la même version
fleet-foreign = { $path } n'est pas de ce programme : { $why }
fleet-input-changed = le fichier du travail n'est plus celui qui a été mis sur la liste
fleet-other-account = le jeton ouvre un autre compte que celui dans lequel le travail a commencé
    .fix = tous les membres de la flotte ont besoin, sous le même nom, du jeton du même compte
fleet-address = une adresse n'a pas la forme nats://HÔTE:PORT ou tls://HÔTE:PORT
fleet-secret = un mot de passe dans --server est visible par tous sur cette machine
    .fix = mettez l'adresse dans CALLBELL_IMPORT_FLEET_SERVER, ou utilisez --credentials
fleet-no-drift = un travail n'a pas de --max-drift
    .fix = l'option compare une liste aux précédentes du même dossier, et chaque liste est un travail à part : regardez d'abord avec check
fleet-out-undone = { $folder } contient cet import tel qu'il a été annulé
fleet-out-taken = { $folder } contient un autre import, ou un import poursuivi depuis sa collecte
    .fix = choisissez un autre dossier : --out DIR
fleet-worker = { $worker } travaille pour { $accounts } comptes, { $most } à la fois ; bail { $lease } s
fleet-no-accounts = aucun préréglage ne donne de jeton
    .fix = [preset.NAME] avec api-key-file ouvre le compte NAME
fleet-same-account = les préréglages { $one } et { $other } ouvrent le même compte, et chacun y enverrait au plein débit
    .fix = un compte a un seul nom dans une flotte : retirez l'un des deux, ou nommez les autres : --account NOM
hint-two-names = un compte a un seul nom dans une flotte : mettez le travail dans la file sous celui-là ; si un préréglage a été renommé, et qu'aucun worker ne l'a plus sous son premier nom, supprimez { $folder }
fleet-no-token = le préréglage { $account } ne donne pas de jeton
    .fix = donnez-lui un api-key-file ou un api-key-command ; un jeton de l'environnement n'est pas utilisé
fleet-chunk-done = { $what } : fait
fleet-chunk-dropped = { $what } : pas commencé, le travail est arrêté
fleet-chunk-stopped = { $what } : arrêté ({ $by }), et le travail avec
fleet-chunk-lost = { $what } : un autre ouvrier l'a maintenant
fleet-chunk-given-back = { $what } : rendu
fleet-chunk-refused = { $what } : ne peut pas être importé, et le travail est arrêté ({ $by })
fleet-open = { $open } lots sur { $chunks } ne sont pas faits : { $which }
    .fix = fleet status dit qui y travaille
fleet-never-begun = aucune ligne du travail n'a été commencée
    .fix = fleet status montre ce qui l'a arrêté, et son worker a dit pourquoi ; le même fleet enqueue commence un autre tour
fleet-parts-lost = { $lost ->
    [one] la part d'un lot manque dans le dossier partagé, bien que ses lignes aient été envoyées : { $which }
   *[other] les parts de { $lost } lots manquent dans le dossier partagé, bien que leurs lignes aient été envoyées : { $which }
}
    .fix = la même commande fleet enqueue encore une fois, et un worker : ce qu'elles sont devenues est réécrit d'après les journaux du moteur, et personne n'est envoyé deux fois
fleet-put-back = le moteur a été remis dans un état antérieur : il connaît le tour { $known } du travail, et le dossier partagé contient déjà le tour { $there }
    .fix = relancez le même fleet enqueue : le tour suivant reprend ce que contient le dossier partagé
fleet-log-lost = le moteur a perdu le journal { $what }, et aucune copie d'un worker n'est dans le dossier partagé
    .fix = remettez les copies des fichiers du moteur ou du dossier partagé ; des lignes en ont été envoyées, et personne ne sait plus lesquelles
fleet-no-failures = un failures.csv ne passe pas par une flotte : ses workers ne connaissent pas la liste dont il vient, et créeraient encore une fois ceux que cette liste a créés
    .fix = donnez-le à run, avec la commande que collect a montrée
fleet-strangers = { $account } a d'autres travaux ({ $jobs }) dont celui-ci ne connaît pas les contacts, et { $rows ->
    [one] 1 ligne n'est
   *[other] { $rows } lignes ne sont
} pas recherchées dans le compte avant l'envoi : qui est dans les deux listes y sera deux fois ensuite
    .fix = continuez l'autre travail, ou rassemblez-le avec collect et donnez la liste à run --out avec son dossier, qui sait qui est là ; ou passez --beside-others si les listes n'ont personne en commun
fleet-miscounted = les comptes des parts ne tombent pas juste : { $what }
fleet-no-out = un travail n'a pas de --out
    .fix = fleet collect JOB --out DIR écrit les résultats
fleet-no-shard = un travail n'a pas de --shard
    .fix = il est coupé en lots : --chunk-rows N
fleet-no-stdin = un travail a besoin de fichiers, et `-` est l'entrée standard
    .fix = écrivez-la d'abord dans un fichier
fleet-enqueued = { $rows } lignes pour { $account } : { $invalid } non valables d'après ce qu'on voit sans le compte, { $repeats } du même contact qu'une ligne précédente ; { $chunks } lots, dont { $sent } mis sur la liste maintenant, tour { $round }
lost-may-not-send = ce processus n'a plus le droit d'envoyer
