//! What a header means, in the vendor's five languages.
//!
//! *Exact* names are parameter names that the vendor has printed at some time in some version of its reference; the
//! others are ordinary usage. *Weak* ones mean many things and count only if the column's values fit.

use crate::model::{EXTRA_COLUMNS, Field};

/// What a column seems to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field of the API.
    Field(Field),
    /// The first part of a name.
    GivenName,
    /// What stands behind it: the second of `Primer nombre`, `Segundo nombre`.
    SecondGivenName,
    /// The last part of a name.
    FamilyName,
    /// What stands behind it: the second of `Apellido paterno`, `Apellido materno`.
    SecondFamilyName,
    /// What a company is called: the name of a contact that has no other.
    CompanyName,
    /// `apelido`: a surname in Portugal, a nickname in Brazil.
    Apelido,
    /// An e-mail address of the contact itself; the API has no field for it.
    OwnEmail,
    /// The contact's uuid or bsuid: names a contact that exists, cannot be given to a new one.
    Reference,
    /// A column of a `failures.csv` that an earlier run wrote.
    EarlierRun,
}

/// How sure a header is of its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    Weak,
    Strong,
    Exact,
}

use Strength::{Exact, Strong, Weak};

const fn field(field: Field) -> Meaning {
    Meaning::Field(field)
}

/// (folded headers, meaning, strength)
const TABLE: &[(&[&str], Meaning, Strength)] = &[
    (
        &[
            "identifier",
            "phone_number",
            "identifiant",
            "numero_telefono",
            "identificativo",
            "identificatore",
            "numero_di_telefono",
            "identificador",
            "numero_de_telefone",
        ],
        field(Field::Identifier),
        Exact,
    ),
    (
        &[
            "phone",
            "mobile",
            "cell",
            "whatsapp",
            "whats_app",
            "whatsapp_number",
            "whats_app_number",
            "telephone",
            "telephone_number",
            "msisdn",
            "wa_id",
            "mobile_number",
            "mobile_phone",
            "cell_phone",
            "phone_no",
            "numero_de_telephone",
            "tel",
            "portable",
            "gsm",
            "n_whatsapp",
            "n_whats_app",
            "no_whatsapp",
            "numero_whatsapp",
            "numero_whats_app",
            "numero_de_telefono",
            "telefono",
            "movil",
            "celular",
            "cellulare",
            "telefone",
            "telemovel",
            "numero_di_cellulare",
            "numero_de_celular",
            "mobile_no",
            "mobile_phone_no",
            "mobile_phone_number",
            "cell_no",
            "cell_number",
            "cell_phone_number",
            "whatsapp_no",
            "whats_app_no",
            "whatsapp_mobile_no",
            "telefono_cellulare",
            "numero_cellulare",
            "n_cellulare",
            "n_telefono",
            "n_di_telefono",
            "num_telefono",
            "telefono_mobile",
            "telefono_movil",
            "numero_movil",
            "numero_de_movil",
            "no_de_telefono",
            "n_de_telefono",
            "no_telefono",
            "telefono_celular",
            "numero_celular",
            "numero_de_celular_whatsapp",
            "n_de_telephone",
            "no_de_telephone",
            "n_telephone",
            "no_telephone",
            "n_tel",
            "no_tel",
            "num_tel",
            "numero_telephone",
            "telephone_portable",
            "telephone_mobile",
            "tel_portable",
            "numero_de_portable",
            "numero_de_mobile",
            "numero_portable",
            "celular_whatsapp",
            "celular_whats_app",
            "whatsapp_celular",
            "telefone_celular",
            "telefone_whatsapp",
            "n_de_telefone",
            "no_de_telefone",
            "numero_celular_whatsapp",
            "telefone_movel",
        ],
        field(Field::Identifier),
        Strong,
    ),
    (&["number", "numero", "contact_number", "contact_no"], field(Field::Identifier), Weak),
    (&["name", "nom", "nome"], field(Field::Name), Exact),
    (
        &[
            "full_name",
            "contact_name",
            "display_name",
            "nom_complet",
            "nom_du_contact",
            "nombre",
            "nombre_completo",
            "nombre_del_contacto",
            "nome_completo",
            "nominativo",
            "nome_del_contatto",
            "nome_do_contato",
            "nome_e_cognome",
            "cognome_e_nome",
            "nome_cognome",
            "cognome_nome",
            "nombre_y_apellidos",
            "nombre_y_apellido",
            "nombres_y_apellidos",
            "apellidos_y_nombre",
            "apellidos_y_nombres",
            "nom_et_prenom",
            "nom_prenom",
            "prenom_nom",
            "prenom_et_nom",
            "noms_et_prenoms",
            "nom_et_prenoms",
            "nome_e_sobrenome",
            "name_and_surname",
            "customer_name",
            "client_name",
        ],
        field(Field::Name),
        Strong,
    ),
    (&["contact", "customer", "client", "cliente"], field(Field::Name), Weak),
    (
        &[
            "first_name",
            "firstname",
            "given_name",
            "forename",
            "prenom",
            "nombres",
            "nombre_s",
            "nombre_de_pila",
            "primer_nombre",
            "primeiro_nome",
            "nome_proprio",
        ],
        Meaning::GivenName,
        Strong,
    ),
    (&["segundo_nombre"], Meaning::SecondGivenName, Strong),
    (
        &[
            "last_name",
            "lastname",
            "surname",
            "family_name",
            "nom_de_famille",
            "apellido",
            "apellidos",
            "apellido_paterno",
            "primer_apellido",
            "apellido_1",
            "apellido1",
            "cognome",
            "sobrenome",
            "ultimo_nome",
        ],
        Meaning::FamilyName,
        Strong,
    ),
    (&["apellido_materno", "segundo_apellido", "apellido_2", "apellido2"], Meaning::SecondFamilyName, Strong),
    (
        &[
            "ragione_sociale",
            "raison_sociale",
            "razon_social",
            "razao_social",
            "denominazione",
            "company_name",
        ],
        Meaning::CompanyName,
        Strong,
    ),
    (&["apelido"], Meaning::Apelido, Strong),
    (&["source", "fonte", "origine"], field(Field::Source), Exact),
    (
        &["channel_type", "platform", "provenance", "fuente", "origen", "sorgente", "provenienza", "origem"],
        field(Field::Source),
        Strong,
    ),
    (&["tags", "tag", "etichette"], field(Field::Tags), Exact),
    (
        &[
            "labels",
            "label",
            "etiquettes",
            "etiquette",
            "libelles",
            "etiquetas",
            "etiqueta",
            "etichetta",
            "marcadores",
        ],
        field(Field::Tags),
        Strong,
    ),
    (
        &["custom_fields", "champs_personnalises", "campi_personalizzati", "campos_personalizados"],
        field(Field::CustomFields),
        Exact,
    ),
    (
        &["assigned_user", "utilisateur_assigne", "utente_assegnato", "assegn_utente", "usuario_designado"],
        field(Field::AssignedUser),
        Exact,
    ),
    (
        &[
            "assignee",
            "owner",
            "assigned_to",
            "assigne_a",
            "attribue_a",
            "collaborateur",
            "usuario_asignado",
            "asignado_a",
            "colaborador",
            "assegnato_a",
            "collaboratore",
            "operatore",
            "usuario_atribuido",
            "atribuido_a",
        ],
        field(Field::AssignedUser),
        Strong,
    ),
    (&["agent", "agente", "responsable", "responsavel", "usuario"], field(Field::AssignedUser), Weak),
    (&["team_uuid", "team", "equipe_uuid"], field(Field::TeamUuid), Exact),
    (
        &["team_inbox", "department", "equipe", "equipo", "departamento", "squadra", "reparto", "equipa"],
        field(Field::TeamUuid),
        Strong,
    ),
    (&["service"], field(Field::TeamUuid), Weak),
    (&["channel_uuid", "channel", "canale_uuid", "canal_uuid"], field(Field::ChannelUuid), Exact),
    (&["inbox", "canal", "canale"], field(Field::ChannelUuid), Strong),
    (&["line"], field(Field::ChannelUuid), Weak),
    (&["bot_status", "bot"], field(Field::BotStatus), Exact),
    (
        &[
            "statut_du_bot",
            "etat_du_bot",
            "estado_del_bot",
            "stato_del_bot",
            "status_do_bot",
            "estado_do_bot",
        ],
        field(Field::BotStatus),
        Strong,
    ),
    (&["note"], field(Field::Note), Exact),
    (
        &[
            "notes",
            "comment",
            "comments",
            "remark",
            "remarks",
            "remarque",
            "remarques",
            "commentaire",
            "commentaires",
            "nota",
            "notas",
            "comentario",
            "comentarios",
            "observaciones",
            "commento",
            "commenti",
            "osservazioni",
            "observacoes",
            "observacao",
        ],
        field(Field::Note),
        Strong,
    ),
    (
        &[
            "email",
            "e_mail",
            "mail",
            "email_address",
            "e_mail_address",
            "courriel",
            "correo",
            "correo_electronico",
        ],
        Meaning::OwnEmail,
        Strong,
    ),
    (&["uuid", "contact_uuid", "bsuid"], Meaning::Reference, Exact),
    (&EXTRA_COLUMNS, Meaning::EarlierRun, Exact),
];

/// What the folded header means, if it is known.
pub(super) fn meaning(folded: &str) -> Option<(Meaning, Strength)> {
    TABLE
        .iter()
        .find(|(aliases, ..)| aliases.contains(&folded))
        .map(|&(_, meaning, strength)| (meaning, strength))
}

/// Beginnings of words for telephones besides those of one word in the table: in short, and in a language that the vendor
/// does not speak.
const TELEPHONES: [&str; 6] = ["handy", "mobil", "rufn", "whats", "cel", "tlf"];
/// What words for telephones that are joined to others have within.
const WITHIN: [&str; 3] = ["handy", "phone", "telefon"];
/// What words have within that number something else than telephones, or nobody's.
const NO_TELEPHONES: [&str; 5] = ["fax", "telegra", "instagram", "facebook", "messenger"];

/// What a folded header says of the numbers below it, whatever it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbering {
    /// It has a word for a telephone in it.
    Telephones,
    /// It has none, and one for a fax, for people on another platform, or `id`.
    Others,
    /// Nothing.
    Unknown,
}

impl Numbering {
    pub(super) fn of(folded: &str) -> Self {
        let of_telephones = |(_, meaning, strength): &&(&[&str], Meaning, Strength)| {
            (*meaning, *strength) == (field(Field::Identifier), Strong)
        };
        let of_one_word = TABLE.iter().filter(of_telephones).flat_map(|(aliases, ..)| *aliases);
        let beginnings: Vec<&str> =
            of_one_word.filter(|alias| !alias.contains('_')).chain(&TELEPHONES).copied().collect();
        let is_another = |word: &str| word == "id" || NO_TELEPHONES.iter().any(|other| word.contains(other));
        let is_one = |word: &str| {
            !is_another(word)
                && (beginnings.iter().any(|beginning| word.starts_with(beginning))
                    || WITHIN.iter().any(|within| word.contains(within)))
        };
        match () {
            () if folded.split('_').any(is_one) => Self::Telephones,
            () if folded.split('_').any(is_another) => Self::Others,
            () => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::fold::fold;
    use super::*;

    #[test]
    fn every_alias_is_folded_and_means_one_thing() {
        let mut seen = HashSet::new();
        for alias in TABLE.iter().flat_map(|(aliases, ..)| *aliases) {
            assert_eq!(fold(alias), *alias);
            assert!(seen.insert(alias), "{alias} stands twice");
        }
    }

    #[test]
    fn every_wire_name_means_its_field() {
        for name in Field::ALL {
            assert_eq!(meaning(name.wire_name()), Some((Meaning::Field(name), Exact)));
        }
    }

    #[test]
    fn headers_in_five_languages_are_known() {
        for (header, expected) in [
            ("Identifiant", Field::Identifier),
            ("Número de teléfono", Field::Identifier),
            ("numeroDiTelefono", Field::Identifier),
            ("Telemóvel", Field::Identifier),
            ("Mobile No.", Field::Identifier),
            ("Contact Number", Field::Identifier),
            ("Whatsapp no", Field::Identifier),
            ("Telefono cellulare", Field::Identifier),
            ("Teléfono móvil", Field::Identifier),
            ("Nº de teléfono", Field::Identifier),
            ("N° de téléphone", Field::Identifier),
            ("Celular / WhatsApp", Field::Identifier),
            ("Nome e cognome", Field::Name),
            ("Nombre y apellidos", Field::Name),
            ("Nom et prénom", Field::Name),
            ("Nom complet", Field::Name),
            ("Nombre del contacto", Field::Name),
            ("Nominativo", Field::Name),
            ("Nome do contato", Field::Name),
            ("Étiquettes", Field::Tags),
            ("Champs personnalisés", Field::CustomFields),
            ("campiPersonalizzati", Field::CustomFields),
            ("Utilisateur assigné", Field::AssignedUser),
            ("usuário designado", Field::AssignedUser),
            ("Équipe", Field::TeamUuid),
            ("canale_uuid", Field::ChannelUuid),
            ("État du bot", Field::BotStatus),
            ("Observações", Field::Note),
        ] {
            assert_eq!(
                meaning(&fold(header)).map(|(meaning, _)| meaning),
                Some(Meaning::Field(expected)),
                "{header}"
            );
        }
    }
}
