/**
 * Abbreviations of time zones since 1970, which Intl does not have: facts of the IANA time zone database 2025c (public
 * domain) as Go shows them. A line: eras, separated by `;`, each with the Unix second it begins at and, by offset from
 * UTC in seconds, the letters; then the zones. Where there are none, the abbreviation is the offset itself (`+0530`).
 * The names are all those that Go knows, as Intl also takes others.
 */
export const ZONE_ABBREVIATIONS = `
0: Africa/Casablanca Africa/El_Aaiun America/Araguaina America/Argentina/Buenos_Aires America/Argentina/Catamarca America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/La_Rioja America/Argentina/Mendoza America/Argentina/Rio_Gallegos America/Argentina/Salta America/Argentina/San_Juan America/Argentina/San_Luis America/Argentina/Tucuman America/Argentina/Ushuaia America/Asuncion America/Bahia America/Belem America/Boa_Vista America/Bogota America/Buenos_Aires America/Campo_Grande America/Caracas America/Catamarca America/Cayenne America/Cordoba America/Coyhaique America/Cuiaba America/Eirunepe America/Fortaleza America/Godthab America/Guayaquil America/Guyana America/Jujuy America/La_Paz America/Lima America/Maceio America/Manaus America/Mendoza America/Montevideo America/Noronha America/Nuuk America/Paramaribo America/Porto_Acre America/Porto_Velho America/Punta_Arenas America/Recife America/Rio_Branco America/Rosario America/Santarem America/Santiago America/Sao_Paulo America/Scoresbysund Antarctica/Casey Antarctica/Davis Antarctica/DumontDUrville Antarctica/Mawson Antarctica/Palmer Antarctica/Syowa Asia/Aden Asia/Almaty Asia/Anadyr Asia/Aqtau Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad Asia/Atyrau Asia/Baghdad Asia/Bahrain Asia/Baku Asia/Bangkok Asia/Barnaul Asia/Bishkek Asia/Brunei Asia/Chita Asia/Choibalsan Asia/Colombo Asia/Dacca Asia/Dhaka Asia/Dili Asia/Dubai Asia/Dushanbe Asia/Ho_Chi_Minh Asia/Hovd Asia/Irkutsk Asia/Kabul Asia/Kamchatka Asia/Kashgar Asia/Kathmandu Asia/Katmandu Asia/Khandyga Asia/Krasnoyarsk Asia/Kuala_Lumpur Asia/Kuching Asia/Kuwait Asia/Magadan Asia/Muscat Asia/Novokuznetsk Asia/Novosibirsk Asia/Omsk Asia/Oral Asia/Phnom_Penh Asia/Qatar Asia/Qostanay Asia/Qyzylorda Asia/Rangoon Asia/Riyadh Asia/Saigon Asia/Sakhalin Asia/Samarkand Asia/Singapore Asia/Srednekolymsk Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Thimbu Asia/Thimphu Asia/Tomsk Asia/Ulaanbaatar Asia/Ulan_Bator Asia/Urumqi Asia/Ust-Nera Asia/Vientiane Asia/Vladivostok Asia/Yakutsk Asia/Yangon Asia/Yekaterinburg Asia/Yerevan Atlantic/Cape_Verde Atlantic/South_Georgia Atlantic/Stanley Australia/Eucla Brazil/Acre Brazil/DeNoronha Brazil/East Brazil/West Chile/Continental Chile/EasterIsland Etc/GMT+1 Etc/GMT+10 Etc/GMT+11 Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5 Etc/GMT+6 Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 Etc/GMT-13 Etc/GMT-14 Etc/GMT-2 Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Europe/Astrakhan Europe/Samara Europe/Saratov Europe/Ulyanovsk Indian/Chagos Indian/Christmas Indian/Cocos Indian/Kerguelen Indian/Mahe Indian/Maldives Indian/Mauritius Indian/Reunion Iran Kwajalein NZ-CHAT Pacific/Apia Pacific/Bougainville Pacific/Chatham Pacific/Chuuk Pacific/Easter Pacific/Efate Pacific/Enderbury Pacific/Fakaofo Pacific/Fiji Pacific/Funafuti Pacific/Galapagos Pacific/Gambier Pacific/Guadalcanal Pacific/Kanton Pacific/Kiritimati Pacific/Kosrae Pacific/Kwajalein Pacific/Majuro Pacific/Marquesas Pacific/Nauru Pacific/Niue Pacific/Norfolk Pacific/Noumea Pacific/Palau Pacific/Pitcairn Pacific/Pohnpei Pacific/Ponape Pacific/Port_Moresby Pacific/Rarotonga Pacific/Tahiti Pacific/Tarawa Pacific/Tongatapu Pacific/Truk Pacific/Wake Pacific/Wallis Pacific/Yap Singapore
0:-12600=NST,-9000=NDT,-5400=NDDT America/St_Johns Canada/Newfoundland
0:-14400=AST America/Anguilla America/Antigua America/Aruba America/Blanc-Sablon America/Curacao America/Dominica America/Grenada America/Guadeloupe America/Kralendijk America/Lower_Princes America/Marigot America/Miquelon America/Montserrat America/Port_of_Spain America/Puerto_Rico America/St_Barthelemy America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent America/Tortola America/Virgin
0:-14400=AST,-10800=ADT America/Barbados America/Glace_Bay America/Halifax America/Martinique America/Moncton America/Thule Atlantic/Bermuda Canada/Atlantic
0:-14400=AST,-10800=ADT,-7200=ADDT America/Goose_Bay
0:-18000=CST,-14400=CDT America/Havana Cuba
0:-18000=EST America/Atikokan America/Cayman America/Coral_Harbour America/Panama EST
0:-18000=EST,-14400=AST America/Santo_Domingo
0:-18000=EST,-14400=EDT America/Detroit America/Fort_Wayne America/Indiana/Indianapolis America/Indiana/Vevay America/Indianapolis America/Jamaica America/Montreal America/Nassau America/New_York America/Nipigon America/Port-au-Prince America/Thunder_Bay America/Toronto Canada/Eastern EST5EDT Jamaica US/East-Indiana US/Eastern US/Michigan
0:-18000=EST,-14400=EDT;1143961200:-21600=CST,-18000=CDT America/Indiana/Tell_City
0:-18000=EST,-14400=EDT;1143961200:-21600=CST,-18000=CDT,-14400=EDT;1194156000:-18000=EST,-14400=EDT America/Indiana/Winamac
0:-18000=EST,-14400=EDT;1143961200:-21600=CST,-18000=CDT;1194159600:-18000=EST,-14400=EDT America/Indiana/Vincennes
0:-18000=EST,-14400=EDT;126687600:-18000=CDT;152089200:-18000=EST,-14400=EDT America/Indiana/Marengo America/Kentucky/Louisville America/Louisville
0:-18000=EST,-14400=EDT;1425798000:-14400=AST;1520751600:-18000=EST,-14400=EDT America/Grand_Turk
0:-18000=EST;104914800:-21600=CST,-18000=CDT America/Menominee
0:-21600=CST America/Regina Canada/Saskatchewan
0:-21600=CST,-18000=CDT America/Belize America/Chicago America/Costa_Rica America/El_Salvador America/Guatemala America/Matamoros America/Mexico_City America/Monterrey America/Rainy_River America/Tegucigalpa America/Winnipeg CST6CDT Canada/Central Mexico/General US/Central
0:-21600=CST,-18000=CDT;247042800:-18000=EST;1143961200:-21600=CST,-18000=CDT;1194159600:-18000=EST,-14400=EDT America/Indiana/Petersburg
0:-21600=CST,-18000=CDT;688546800:-18000=EST;1143961200:-21600=CST,-18000=CDT America/Indiana/Knox America/Knox_IN US/Indiana-Starke
0:-21600=CST,-18000=CDT;891766800:-25200=MST,-21600=MDT;1667116800:-21600=CST America/Chihuahua
0:-21600=CST,-18000=CDT;891766800:-25200=MST,-21600=MDT;1667116800:-21600=CST,-18000=CDT America/Ojinaga
0:-21600=CST,-18000=CDT;891766800:-25200=MST,-21600=MDT;1667116800:-25200=MST,-21600=CST;1678611600:-25200=MST,-21600=MDT America/Ciudad_Juarez
0:-21600=CST,-18000=CDT;972802800:-18000=EST,-14400=EDT America/Kentucky/Monticello
0:-21600=CST,-18000=CDT;972802800:-18000=EST;986112000:-21600=CST,-18000=CDT America/Rankin_Inlet
0:-21600=CST,-18000=CDT;972802800:-18000=EST;986112000:-21600=CST,-18000=CDT;1162105200:-18000=EST;1173600000:-21600=CST,-18000=CDT America/Resolute
0:-21600=CST,-18000=EST,-14400=EDT;954662400:-18000=CDT;972802800:-18000=EST,-14400=EDT America/Iqaluit America/Pangnirtung
0:-21600=CST,-18000=EST;290584800:-21600=CST,-18000=CDT;694260000:-21600=CST,-18000=EST;1113112800:-21600=CST,-18000=CDT America/Managua
0:-21600=CST,-18000=EST;828864000:-21600=CST,-18000=CDT America/Merida
0:-21600=CST,-18000=EST;828864000:-21600=CST,-18000=CDT;877849200:-18000=EST,-14400=EDT;902037600:-21600=CST,-18000=CDT;1422777600:-18000=EST America/Cancun
0:-25200=MST America/Creston America/Phoenix MST US/Arizona
0:-25200=MST,-21600=CST America/Swift_Current
0:-25200=MST,-21600=MDT America/Boise America/Denver America/Edmonton America/Hermosillo America/Mazatlan America/Shiprock America/Yellowknife Canada/Mountain MST7MDT Mexico/BajaSur Navajo US/Mountain
0:-25200=MST,-21600=MDT,-18000=CDT;1288508400:-21600=CST,-18000=CDT America/Bahia_Banderas
0:-25200=MST,-21600=MDT;1067155200:-21600=CST,-18000=CDT America/North_Dakota/New_Salem
0:-25200=MST,-21600=MDT;1289116800:-21600=CST,-18000=CDT America/North_Dakota/Beulah
0:-25200=MST,-21600=MDT;720000000:-21600=CST,-18000=CDT America/North_Dakota/Center
0:-25200=MST,-21600=MDT;941356800:-21600=CST,-18000=CDT;972802800:-21600=CST,-18000=EST;986115600:-25200=MST,-21600=MDT America/Cambridge_Bay
0:-2670=MMT,0=GMT Africa/Monrovia
0:-28800=PST,-25200=PDT America/Ensenada America/Los_Angeles America/Santa_Isabel America/Tijuana America/Vancouver Canada/Pacific Mexico/BajaNorte PST8PDT US/Pacific
0:-28800=PST,-25200=PDT,-21600=MDT;309945600:-25200=MST,-21600=MDT America/Inuvik
0:-28800=PST,-25200=PDT;1425808800:-25200=MST America/Fort_Nelson
0:-28800=PST,-25200=PDT;1604214000:-25200=MST America/Whitehorse Canada/Yukon
0:-28800=PST,-25200=PDT;325677600:-28800=YDT;341402400:-32400=YST,-28800=PST,-25200=PDT;439030800:-32400=AKST,-28800=AKDT America/Juneau
0:-28800=PST,-25200=PDT;84013200:-25200=MST America/Dawson_Creek
0:-32400=AKST,-28800=PST,-25200=PDT;1457866800:-32400=AKST,-28800=AKDT;1541325600:-32400=AKST,-28800=PST;1552215600:-32400=AKST,-28800=AKDT America/Metlakatla
0:-32400=YST,-28800=PST,-25200=PDT;1604214000:-25200=MST America/Dawson
0:-32400=YST,-28800=PST,-25200=PDT;439030800:-32400=AKST,-28800=AKDT America/Sitka
0:-32400=YST,-28800=YDT;439030800:-32400=AKST,-28800=AKDT America/Yakutat
0:-36000=AHST,-32400=AHDT;436359600:-32400=YST;439030800:-32400=AKST,-28800=AKDT America/Anchorage US/Alaska
0:-36000=HST HST Pacific/Honolulu Pacific/Johnston US/Hawaii
0:-39600=BST,-36000=BDT,-32400=YST;439030800:-32400=AKST,-28800=AKDT America/Nome
0:-39600=BST,-36000=BDT;436363200:-36000=AHST;439034400:-36000=HST,-32400=HDT America/Adak America/Atka US/Aleutian
0:-39600=SST Pacific/Midway Pacific/Pago_Pago Pacific/Samoa US/Samoa
0:0=-00 Antarctica/Rothera Antarctica/Vostok
0:0=-00;1108166400: Antarctica/Troll
0:0=GMT Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Bissau Africa/Conakry Africa/Dakar Africa/Freetown Africa/Lome Africa/Nouakchott Africa/Ouagadougou Africa/Timbuktu America/Danmarkshavn Atlantic/Reykjavik Atlantic/St_Helena Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich GMT GMT+0 GMT-0 GMT0 Greenwich Iceland
0:0=GMT,3600=BST Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London GB GB-Eire
0:0=GMT,3600=IST Eire Europe/Dublin
0:0=GMT,3600=WAT Africa/Sao_Tome
0:0=UTC Etc/UCT Etc/UTC Etc/Universal Etc/Zulu UCT UTC Universal Zulu
0:0=WET,3600=CET;228268800:0=WET,3600=WEST;717555600:3600=CET,7200=CEST;828234000:0=WET,3600=WEST Europe/Lisbon Portugal WET
0:0=WET,3600=WEST Atlantic/Canary Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira
0:0=WET,3600=WEST;246236400:0=WET,3600=CET,7200=CEST;325468800:0=WET,3600=WEST;357523200:3600=CET Africa/Algiers
0:0=WET,3600=WEST;448243200:3600=CET,7200=CEST Africa/Ceuta
0:10800=EAT Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala Africa/Mogadishu Africa/Nairobi Indian/Antananarivo Indian/Comoro Indian/Mayotte
0:10800=MSK,14400=MSD;606870000:7200=EET,10800=EEST Europe/Riga Europe/Tallinn
0:10800=MSK,14400=MSD;606870000:7200=EET,10800=EEST;1301184000:7200=EET Europe/Kaliningrad
0:10800=MSK,14400=MSD;606870000:7200=EET,10800=EEST;891133200:3600=CET,7200=CEST;941331600:7200=EET,10800=EEST Europe/Vilnius
0:10800=MSK,14400=MSD;641944800:7200=EET,10800=EEST Europe/Chisinau Europe/Tiraspol
0:10800=MSK,14400=MSD;646783200:7200=EET,10800=EEST Europe/Kiev Europe/Kyiv Europe/Uzhgorod Europe/Zaporozhye
0:10800=MSK,14400=MSD;670374000:7200=EET,10800=EEST;1301184000: Europe/Minsk
0:10800=MSK,14400=MSD;670374000:7200=EET,10800=EEST;695779200:10800=MSK,14400=MSD;1301180400:10800=MSK,14400=MSK Europe/Moscow W-SU
0:19800=IST Asia/Calcutta Asia/Kolkata
0:25200=WIB Asia/Jakarta
0:25200=WIB,28800=WITA Asia/Pontianak
0:28800=AWST,32400=AWDT Australia/Perth Australia/West
0:28800=CST,32400=CDT Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Macao Asia/Macau Asia/Shanghai Asia/Taipei PRC ROC
0:28800=HKT,32400=HKST Asia/Hong_Kong Hongkong
0:28800=PST,32400=PDT Asia/Manila
0:28800=WITA Asia/Makassar Asia/Ujung_Pandang
0:30600=KST,32400=KST Asia/Pyongyang
0:32400=JST Asia/Tokyo Japan
0:32400=KST,36000=KDT Asia/Seoul ROK
0:32400=WIT Asia/Jayapura
0:34200=ACST Australia/Darwin Australia/North
0:34200=ACST,37800=ACDT Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna
0:36000=AEST Australia/LHI Australia/Lord_Howe
0:36000=AEST,39600=AEDT Antarctica/Macquarie Australia/ACT Australia/Brisbane Australia/Canberra Australia/Currie Australia/Hobart Australia/Lindeman Australia/Melbourne Australia/NSW Australia/Queensland Australia/Sydney Australia/Tasmania Australia/Victoria
0:36000=GST,39600=GDT;977493600:36000=ChST Pacific/Guam Pacific/Saipan
0:3600=CET,7200=CEST Africa/Tunis Arctic/Longyearbyen Atlantic/Jan_Mayen CET Europe/Amsterdam Europe/Andorra Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Busingen Europe/Copenhagen Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Stockholm Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich MET Poland
0:3600=CET,7200=EET;386463600:3600=CET,7200=CEST;641775600:3600=CET,7200=EET;860108400:7200=CEST;875916000:3600=CET,7200=EET;1364515200:7200=CEST;1382659200:7200=EET Africa/Tripoli Libya
0:3600=WAT Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Luanda Africa/Malabo Africa/Niamey Africa/Porto-Novo
0:3600=WAT,7200=WAST Africa/Ndjamena
0:43200=NZST,46800=NZDT Antarctica/McMurdo Antarctica/South_Pole NZ Pacific/Auckland
0:7200=CAT Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Kigali Africa/Lubumbashi Africa/Lusaka Africa/Maputo
0:7200=CAT,10800=CAST;947930400:7200=CAT,10800=EAT Africa/Juba Africa/Khartoum
0:7200=EET,10800=EEST Africa/Cairo Asia/Beirut Asia/Nicosia EET Egypt Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Mariehamn Europe/Nicosia Europe/Sofia
0:7200=EET,10800=EEST;1473282000:7200=EET;1521939600:7200=EET,10800=EEST Asia/Famagusta
0:7200=EET,10800=EEST;1666904400: Asia/Damascus
0:7200=EET,10800=EEST;1666908000: Asia/Amman
0:7200=EET,10800=EEST;267915600:7200=EET;482799600:7200=EET,10800=EEST;1473195600: Asia/Istanbul Europe/Istanbul Turkey
0:7200=EET,10800=MSK,14400=MSD;701827200:7200=EET,10800=EEST,14400=MSD;780447600:10800=MSK,14400=MSD;859683600:7200=EET,10800=EEST,14400=MSK;1414274400:10800=MSK Europe/Simferopol
0:7200=IST,10800=IDT Asia/Jerusalem Asia/Tel_Aviv Israel
0:7200=IST,10800=IDT;820447200:7200=EET,10800=EEST Asia/Gaza Asia/Hebron
0:7200=SAST Africa/Johannesburg Africa/Maseru Africa/Mbabane
0:7200=SAST;637970400:3600=WAT,7200=CAT Africa/Windhoek
0:;38775600:18000=PKT,21600=PKST Asia/Karachi
0:;575416800:10800=MSK,14400=MSD;670374000:;701820000:10800=MSK,14400=MSD;1301180400:10800=MSK,14400=MSK;1540681200:10800=MSK Europe/Volgograd
0:;606866400:10800=MSK,14400=MSD;670374000:;701820000:10800=MSK,14400=MSD;1301180400:10800=MSK,14400=MSK Europe/Kirov
0:;725421600:0=WET,3600=WEST;740278800: Atlantic/Azores
`;
