"""The public front, and the workbench's pages about it."""

from __future__ import annotations

from django.urls import path

from .views import contact, devices, engines, face, front, installed, menu, shop, texts, visits, words

app_name = "site"
urlpatterns = [
    path("", front.home, name="home"),
    path("robots.txt", engines.robots, name="robots"),
    path("sitemap.xml", engines.index, name="sitemap"),
    path("sitemaps/<slug:part>.xml", engines.part, name="sitemap_part"),
    path("brand/<slug:version>.css", face.style_sheet, name="brand"),
    path("brand/<slug:name>.png", face.logo, name="logo"),
    path("brand/<slug:version>/<slug:shape>-<int:size>.png", installed.icon, name="icon"),
    path("offline/", installed.offline, name="offline"),
    path("service-worker.js", installed.service_worker, name="worker"),
    path("site.webmanifest", installed.manifest, name="manifest"),
    path("devices/", devices.index, name="devices"),
    path("devices/<slug:slug>/", devices.devices_of, name="devices_of"),
    path("devices/<slug:brand>/<slug:slug>/", devices.model, name="model"),
    path("devices/<slug:brand_slug>/<slug:slug>/card.png", engines.card, name="card"),
    path("devices/<slug:brand>/<slug:category>/<slug:slug>/", devices.family, name="family"),
    path("services/", shop.services, name="services"),
    path("services/<slug:key>/", shop.service, name="service"),
    path("prices/", shop.prices, name="prices"),
    path("how-it-works/", shop.how, name="how"),
    path("locations/", shop.locations, name="locations"),
    path("locations/<slug:slug>/", shop.location, name="location"),
    path("business/", shop.firms, name="business"),
    path("warranty/", shop.warranty, name="warranty"),
    path("contact/", contact.write, name="contact"),
    *(path(f"{slug}/", texts.page, {"slug": slug}, name=slug) for slug in ("faq", "terms", "privacy", "cookies")),
    *(path(f"{slug}/", texts.page, {"slug": slug}, name=slug) for slug in ("complaints", "accessibility", "about")),
    path("pages/<slug:slug>/", texts.page, name="text"),
    path("search/", shop.search, name="search"),
    path("workbench/inbox/", contact.inbox, name="inbox"),
    path("workbench/inbox/now/", contact.inbox_now, name="inbox_now"),
    path("workbench/inbox/<str:code>/", contact.message, name="message"),
    path("workbench/inbox/<str:code>/state/", contact.state, name="message_state"),
    path("workbench/visits/", visits.show, name="visits"),
    path("workbench/face/", face.settings, name="face"),
    path("workbench/menus/", menu.arrange, name="menu"),
    path("workbench/menus/<int:event_id>/again/", menu.again, name="menu_again"),
    path("workbench/words/", words.index, name="words"),
    path("workbench/texts/", texts.index, name="texts"),
    path("workbench/texts/new/", texts.new, name="text_new"),
    path("workbench/texts/<slug:slug>/", texts.edit, name="text_edit"),
    path("workbench/texts/<slug:slug>/pictures/", texts.picture, name="text_picture"),
    path("workbench/texts/<slug:slug>/place/", texts.place, name="text_place"),
    path("workbench/texts/<slug:slug>/withdrawal/", texts.withdrawal, name="text_withdrawal"),
    path("workbench/texts/<slug:slug>/<int:number>/", texts.version, name="text_version"),
    path("workbench/texts/<slug:slug>/<int:number>/publication/", texts.publication, name="text_publication"),
    path("workbench/style/", front.style, name="style"),
]
