//! `links.csv`: the addresses of the customers' pages, for the operator alone.

use std::fmt;

use csv::ReaderBuilder;

use super::csv::written;

/// Name of the file.
pub(crate) const FILE_NAME: &str = "links.csv";
/// Names of the columns.
const COLUMNS: [&str; 5] = ["cliente", "arquivo", "endereco", "feito_em", "expira_em"];

/// The address of a customer's page.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// Name of the client, as the file has it.
    pub(crate) client: String,
    /// File name of the config.
    pub(crate) file: String,
    /// Address of the page, or its path where no address is known.
    pub(crate) address: String,
    /// Day on which the address was made, YYYY-MM-DD.
    pub(crate) made: String,
    /// Day on which the address expires; empty where it does not.
    pub(crate) expires: String,
}

impl Link {
    /// Returns whether the address is one of the page `key`.
    pub(crate) fn is_of(&self, key: &str) -> bool {
        self.address.contains(key)
    }

    /// Returns whether the line is of the client `name`, as the file may have it.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.client == name || self.client.strip_prefix('\'') == Some(name)
    }
}

/// `Debug` shows no address: whoever has one reads the page.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// Reads the content of the file; `None` where it is not of its form.
pub(crate) fn parse(content: &[u8]) -> Option<Vec<Link>> {
    let mut reader = ReaderBuilder::new().from_reader(content);
    let head = reader.headers().ok()?.clone();
    if !head.is_empty() && head.iter().ne(COLUMNS) {
        return None;
    }
    let links = reader.into_records().map(|record| {
        let record = record.ok()?;
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        Some(Link {
            client: cell(0),
            file: cell(1),
            address: cell(2),
            made: cell(3),
            expires: cell(4),
        })
    });
    links.collect()
}

/// Returns the content of the file with `links`, in the order of their configs' names.
pub(crate) fn table(mut links: Vec<Link>) -> String {
    links.sort_by(|one, other| (&one.file, &one.address).cmp(&(&other.file, &other.address)));
    let mut table = COLUMNS.join(",") + "\n";
    for link in &links {
        let Link {
            client,
            file,
            address,
            made,
            expires,
        } = link;
        let cells = [client, file, address, made, expires].map(|text| written(text));
        table += &(cells.join(",") + "\n");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read_again_and_runs_in_no_spreadsheet() {
        let link = |client: &str, file: &str| Link {
            client: client.to_owned(),
            file: file.to_owned(),
            address: format!("https://pages.example.com/{file}/"),
            made: "2026-06-17".to_owned(),
            expires: String::new(),
        };
        let links = vec![
            link("=HYPERLINK(\"x\";\"y\")", "config_b"),
            link("Pão, \"Cia\"", "config_a"),
        ];
        let table = table(links);
        assert_eq!(
            table,
            "cliente,arquivo,endereco,feito_em,expira_em\n\
             \"Pão, \"\"Cia\"\"\",config_a,https://pages.example.com/config_a/,2026-06-17,\n\
             \"'=HYPERLINK(\"\"x\"\";\"\"y\"\")\",config_b,https://pages.example.com/config_b/,2026-06-17,\n"
        );
        let read = parse(table.as_bytes()).unwrap();
        assert_eq!(super::table(read), table);
        assert_eq!(parse(b""), Some(Vec::new()));
        assert_eq!(parse(b"a,b\n1,2\n"), None);
        assert_eq!(parse(table.replace(',', ";").as_bytes()), None);
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), rest in "[a-z\",\n]{0,40}") {
            let _ = parse(&bytes);
            let _ = parse(format!("{}\n{rest}", COLUMNS.join(",")).as_bytes());
        }
    }
}
