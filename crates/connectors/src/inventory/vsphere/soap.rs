//! The Web Services API of vSphere (developer.broadcom.com/xapis/vsphere-web-services-api): SOAP with a session in a cookie.
//! Only what reads, and what begins and ends a session.

use std::collections::BTreeMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use qlrf_core::secret::Secret;
use quick_xml::escape::escape;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use reqwest::{Method, Url};

use super::config::VsphereConfig;
use super::error::ApiError;
use super::xml::Element;
use crate::grant::Grant;
use crate::outbound::{Answer, Call, Outbound};

const COOKIE_NAME: &str = "vmware_soap_session";

/// Where the parts of the API are, as the vCenter itself says.
pub struct Service {
    pub collector: String,
    pub sessions: String,
    pub views: String,
    pub custom_fields: String,
    pub root: String,
    pub product: String,
}

/// What is asked of objects of one type.
pub struct Wanted {
    pub kind: &'static str,
    pub properties: &'static [&'static str],
}

pub struct Object {
    pub kind: String,
    pub id: String,
    properties: BTreeMap<String, Element>,
    /// Something of it may not be read.
    pub denied: Option<ApiError>,
}

pub struct Page {
    pub objects: Vec<Object>,
    pub next: Option<String>,
}

pub struct Soap {
    outbound: Outbound,
    url: Url,
    user: String,
    grant: Grant,
    config: VsphereConfig,
    cookie: RwLock<Option<HeaderValue>>,
    /// The vCenter took the password at least once.
    taken: AtomicBool,
}

impl Soap {
    pub fn new(outbound: Outbound, base: &Url, config: &VsphereConfig, grant: &Grant) -> Soap {
        let mut url = base.clone();
        url.set_path("/sdk");
        Soap {
            outbound,
            url,
            user: config.user.clone(),
            grant: grant.clone(),
            config: config.clone(),
            cookie: RwLock::default(),
            taken: AtomicBool::new(false),
        }
    }

    pub async fn password(&self) -> Result<Secret, ApiError> {
        let fetched = self.grant.secrets.fetch(&self.config.password).await;
        fetched.map_err(|error| ApiError::Credential(error.to_string()))
    }

    /// Needs no session.
    pub async fn service(&self) -> Result<Service, ApiError> {
        let answer = self
            .call("RetrieveServiceContent", "ServiceInstance", "ServiceInstance", "")
            .await?;
        let at = |path: &str| answer.text_at(&format!("returnval/{path}")).to_owned();
        let service = Service {
            collector: at("propertyCollector"),
            sessions: at("sessionManager"),
            views: at("viewManager"),
            custom_fields: at("customFieldsManager"),
            root: at("rootFolder"),
            product: at("about/fullName"),
        };
        match service.collector.is_empty() || service.views.is_empty() || service.root.is_empty() {
            true => Err(ApiError::Unreadable {
                asked: "RetrieveServiceContent".to_owned(),
                reason: "it is no vCenter".to_owned(),
            }),
            false => Ok(service),
        }
    }

    pub async fn login(&self, service: &Service) -> Result<(), ApiError> {
        *self.cookie.write().expect("nothing panics while it is locked") = None;
        let password = self.password().await?;
        let body = format!(
            "<userName>{}</userName><password>{}</password>",
            escape(self.user.as_str()),
            escape(password.expose())
        );
        let answer = self
            .call("Login", "SessionManager", &service.sessions, &body)
            .await;
        match answer {
            // Between two logins the password ran out, or the account was locked.
            Err(ApiError::Refused) if self.taken.load(Ordering::Relaxed) => Err(ApiError::Ended),
            Err(error) => Err(error),
            Ok(_) => {
                self.taken.store(true, Ordering::Relaxed);
                Ok(())
            }
        }
    }

    /// As well as it goes: a session that is left ends by itself.
    pub async fn logout(&self, service: &Service) {
        let held = self
            .cookie
            .read()
            .expect("nothing panics while it is locked")
            .is_some();
        if held {
            let _ = self.call("Logout", "SessionManager", &service.sessions, "").await;
        }
    }

    /// All objects of the types below a folder or datacenter; the view lives as long as the session.
    pub async fn view(
        &self,
        service: &Service,
        container: (&str, &str),
        kinds: &[&str],
    ) -> Result<String, ApiError> {
        let kinds: String = kinds.iter().map(|kind| format!("<type>{kind}</type>")).collect();
        let (kind, id) = container;
        let body = format!(
            "<container type=\"{kind}\">{}</container>{kinds}<recursive>true</recursive>",
            escape(id)
        );
        let answer = self
            .call("CreateContainerView", "ViewManager", &service.views, &body)
            .await?;
        Ok(answer.text_at("returnval").to_owned())
    }

    /// The first page of what a view holds; `page_max` of zero leaves its size to the vCenter.
    pub async fn of_view(
        &self,
        service: &Service,
        view: &str,
        wanted: &[Wanted],
        page_max: usize,
    ) -> Result<Page, ApiError> {
        let object = format!(
            "<obj type=\"ContainerView\">{}</obj><skip>true</skip><selectSet xsi:type=\"TraversalSpec\"><type>ContainerView</type>\
             <path>view</path><skip>false</skip></selectSet>",
            escape(view)
        );
        self.retrieve(service, &object, wanted, page_max).await
    }

    pub async fn of_object(
        &self,
        service: &Service,
        id: &str,
        wanted: Wanted,
    ) -> Result<Option<Object>, ApiError> {
        let object = format!("<obj type=\"{}\">{}</obj>", wanted.kind, escape(id));
        Ok(self
            .retrieve(service, &object, &[wanted], 0)
            .await?
            .objects
            .into_iter()
            .next())
    }

    async fn retrieve(
        &self,
        service: &Service,
        object: &str,
        wanted: &[Wanted],
        page_max: usize,
    ) -> Result<Page, ApiError> {
        let wanted: String = wanted.iter().map(Wanted::spec).collect();
        let most = match page_max {
            0 => String::new(),
            most => format!("<maxObjects>{most}</maxObjects>"),
        };
        let body =
            format!("<specSet>{wanted}<objectSet>{object}</objectSet></specSet><options>{most}</options>");
        let answer = self
            .call(
                "RetrievePropertiesEx",
                "PropertyCollector",
                &service.collector,
                &body,
            )
            .await?;
        Ok(page(answer))
    }

    pub async fn next_page(&self, service: &Service, token: &str) -> Result<Page, ApiError> {
        let body = format!("<token>{}</token>", escape(token));
        let method = "ContinueRetrievePropertiesEx";
        let answer = self
            .call(method, "PropertyCollector", &service.collector, &body)
            .await?;
        Ok(page(answer))
    }

    async fn call(&self, method: &str, kind: &str, this: &str, body: &str) -> Result<Element, ApiError> {
        let envelope = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body><{method} xmlns=\"urn:vim25\">\
             <_this type=\"{kind}\">{}</_this>{body}</{method}></soapenv:Body></soapenv:Envelope>",
            escape(this)
        );
        let answer = self.outbound.send(|| self.request(&envelope)).await?;
        self.keep_cookie(&answer);
        parsed(&answer, method)
    }

    fn request(&self, envelope: &str) -> Call {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        headers.insert("soapaction", HeaderValue::from_static("\"urn:vim25/6.5\""));
        if let Some(cookie) = &*self.cookie.read().expect("nothing panics while it is locked") {
            headers.insert(COOKIE, cookie.clone());
        }
        Call {
            method: Method::POST,
            headers,
            body: envelope.as_bytes().to_vec(),
            ..Call::get(self.url.clone())
        }
    }

    fn keep_cookie(&self, answer: &Answer) {
        let set = answer
            .headers
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let session = set.filter_map(|cookie| cookie.split(';').next());
        let session = session.map(str::trim).find(|pair| pair.starts_with(COOKIE_NAME));
        if let Some(Ok(mut value)) = session.map(HeaderValue::from_str) {
            value.set_sensitive(true);
            *self.cookie.write().expect("nothing panics while it is locked") = Some(value);
        }
    }
}

impl Wanted {
    fn spec(&self) -> String {
        let paths: String = self
            .properties
            .iter()
            .map(|path| format!("<pathSet>{path}</pathSet>"))
            .collect();
        format!("<propSet><type>{}</type>{paths}</propSet>", self.kind)
    }
}

impl Object {
    /// `None`: it is not set.
    pub fn get(&self, property: &str) -> Option<&Element> {
        self.properties.get(property)
    }

    pub fn text(&self, property: &str) -> Option<String> {
        let text = self.get(property).map(|value| value.text.clone());
        text.filter(|text| !text.is_empty())
    }
}

fn page(answer: Element) -> Page {
    // Without any object there is no `returnval`.
    let found = answer
        .children
        .into_iter()
        .find(|child| child.name == "returnval")
        .unwrap_or_default();
    let next = Some(found.text_at("token").to_owned()).filter(|token| !token.is_empty());
    let objects = found.children.into_iter().filter(|child| child.name == "objects");
    Page {
        objects: objects.map(object).collect(),
        next,
    }
}

fn object(content: Element) -> Object {
    let of = content.at("obj");
    let (kind, id) = of.map_or_else(Default::default, |of| (of.kind.clone(), of.text.clone()));
    let denied = content.all("missingSet").find_map(|missing| {
        let fault = missing.at("fault/fault")?;
        let asked = format!("{} of {id}", missing.text_at("path"));
        Some(ApiError::of(
            fault,
            missing.text_at("fault/localizedMessage"),
            &asked,
        ))
    });
    let properties = content
        .children
        .into_iter()
        .filter(|child| child.name == "propSet");
    let properties = properties.filter_map(|set| {
        let name = set.text_at("name").to_owned();
        let value = set.children.into_iter().find(|child| child.name == "val")?;
        Some((name, value))
    });
    Object {
        kind,
        id,
        properties: properties.collect(),
        denied,
    }
}

fn parsed(answer: &Answer, method: &str) -> Result<Element, ApiError> {
    let unreadable = |reason: &str| ApiError::Unreadable {
        asked: method.to_owned(),
        reason: reason.to_owned(),
    };
    let refused = || ApiError::Status {
        status: answer.status,
        asked: method.to_owned(),
    };
    let text = std::str::from_utf8(&answer.body).map_err(|_| unreadable("it is no UTF-8"));
    let root = text.and_then(|text| Element::parse(text).map_err(|reason| unreadable(&reason)));
    let root = match root {
        Err(_) if !answer.status.is_success() => return Err(refused()),
        root => root?,
    };
    let mut body = root
        .children
        .into_iter()
        .find(|child| child.name == "Envelope")
        .unwrap_or_default();
    let body = body
        .children
        .iter_mut()
        .find(|child| child.name == "Body")
        .map(std::mem::take);
    let said = body.and_then(|mut body| (!body.children.is_empty()).then(|| body.children.remove(0)));
    let Some(said) = said else {
        return Err(if answer.status.is_success() {
            unreadable("it is no envelope")
        } else {
            refused()
        });
    };
    if said.name == "Fault" {
        let none = Element::default();
        let fault = said
            .at("detail")
            .and_then(|detail| detail.children.first())
            .unwrap_or(&none);
        return Err(ApiError::of(fault, said.text_at("faultstring"), method));
    }
    match answer.status.is_success() {
        // An answer to anything else would read as one without objects.
        true if said.name.strip_suffix("Response") != Some(method) => {
            Err(unreadable("it answers another question"))
        }
        true => Ok(said),
        false => Err(refused()),
    }
}
