"""What the corpus says: texts of every kind, none of them in both splits.

Every beginning of a list is as mixed as the whole list, so that the first few texts will do for a
small run. The Korean texts are for eSpeak NG, the one engine at hand that speaks it.
"""

from typing import Literal, TypeAlias

Split: TypeAlias = Literal["tune", "test"]

ENGLISH: dict[Split, tuple[str, ...]] = {
    "tune": (
        "The baker opened his shop before sunrise, and the smell of warm bread filled the street.",
        "Could you tell me where the nearest station is?",
        (
            "Our train leaves at seven fifteen from platform nine, so please be there a little "
            "early. Bring a warm coat, because the evenings in the mountains are cold."
        ),
        "Thank you very much for your help.",
        (
            "Most people believe that learning an instrument takes talent, but patience and a "
            "quiet hour every day matter far more."
        ),
        "The parcel weighs 12 kilograms and was sent on 3 March from Edinburgh.",
        "She closed the old book, put out the lamp, and listened to the rain on the roof.",
        (
            "I am sorry, but the museum is closed on Mondays. You can visit us on any other day "
            "between ten and five, and children come in free."
        ),
        "Never leave the kitchen while the oil is hot!",
        (
            "When the river rose in spring, the farmers moved their sheep to the higher fields "
            "and waited there until the water had gone down again."
        ),
        "Your order has been confirmed.",
        "Good morning, and welcome to the second lesson. Today we talk about how plants drink.",
        "Two brothers, one sister, three cats and a very patient dog live in that small house.",
        "The doctor said that he should rest for a week, eat well, and walk in the garden.",
        "Why did nobody answer the telephone last night?",
        (
            "A strong wind had broken the tallest tree in the park, and now its branches lay "
            "across the path like the bones of some enormous animal."
        ),
        "Turn left after the bridge, then take the second road on the right.",
        "We have been waiting for this moment since the summer of 2019.",
        "The soup needs salt.",
        "Emily wrote a long letter to her grandmother in Lisbon, and folded a photograph into it.",
        "If the red light stays on, switch the machine off, wait for one minute, and try again.",
        "Honestly, I would rather stay at home tonight and finish the puzzle with you.",
        "The committee will meet on Thursday to decide whether the library can stay open longer.",
        (
            "Snow fell all night. By the morning, every car in our street had become a white "
            "hill, and the children were already outside with their sledges."
        ),
        "It costs forty pounds, but you may have it for thirty five.",
        "He had never seen the sea before, and he stood in front of it for a long time.",
        "Please keep your seat belt fastened until the aircraft has come to a complete stop.",
        "What a wonderful surprise!",
        "Copper turns green with age because the metal slowly reacts with the air around it.",
        "The last bus had gone, so they walked home through the fields under a bright moon.",
    ),
    "test": (
        "The lighthouse keeper climbed the narrow stairs every evening and lit the great lamp.",
        "Have you already decided what to cook for dinner?",
        (
            "Our office moves to a new building next month. Until then, please send all letters "
            "to the old address, and ask for a receipt if they are important."
        ),
        "See you tomorrow afternoon.",
        (
            "Bees visit thousands of flowers to make a single spoon of honey, and yet they never "
            "seem to hurry."
        ),
        "The lake is 18 metres deep, and the water stays cold even in July.",
        "He wiped his glasses, looked at the map once more, and laughed at his own mistake.",
        (
            "I would like to change my booking, please. We are now four adults and two children, "
            "and we will arrive one day later than planned."
        ),
        "Be careful, the floor is wet!",
        (
            "Long before there were clocks, people told the time by the length of shadows, by the "
            "burning of candles, and by sand that ran through glass."
        ),
        "Your password was changed.",
        "Hello everybody, this is the weather for the weekend. It will be sunny and dry.",
        "Apples, pears, a loaf of dark bread and some cheese are already in the basket.",
        "The teacher asked us to close our eyes and to describe the room from memory.",
        "How far is it from here to the coast?",
        (
            "The old theatre had been empty for years, but on quiet nights the neighbours said "
            "that they could still hear somebody playing the piano."
        ),
        "Press the green button, hold it for three seconds, and let it go.",
        "Nearly half of the students come to school by bicycle, even in winter.",
        "Dinner is ready.",
        "Daniel sold his car, packed a small suitcase, and took the night train to Vienna.",
        "If nobody claims the wallet within a month, it belongs to the person who found it.",
        "Frankly, the second half of the film was much better than the first.",
        "The city council has promised to plant five hundred new trees before the end of autumn.",
        (
            "The storm passed quickly. When the clouds broke open, a double rainbow stood above "
            "the valley, and everyone on the bridge stopped to look at it."
        ),
        "That will be twenty six dollars and fifty cents.",
        "She had kept the key for thirty years, although the door it opened was gone.",
        "Please remain on the line, and the next free colleague will speak to you shortly.",
        "I can hardly believe it!",
        "Glass is made from sand, which is melted at a very high temperature and then cooled.",
        "On Sunday mornings my father repaired radios, and the whole house was full of music.",
        "The ferry to the island runs every two hours, except when the sea is too rough.",
        "Who left the window open during the night?",
        (
            "My neighbour grows tomatoes on her balcony, and every August she gives us so many of "
            "them that we have to learn a new recipe."
        ),
        "The meeting is moved to half past two.",
        "A young fox crossed the road, stopped under the street lamp, and looked straight at us.",
        "Ask your sister first.",
        "The recipe needs two cups of flour, one egg, a little milk and a pinch of cinnamon.",
        (
            "Engineers tested the bridge with forty heavy trucks before the first cars were "
            "allowed to cross it."
        ),
        "Nobody in the village remembered who had built the stone tower, or what it was for.",
        "Could we please sit a little closer to the window?",
        "In 1998 the harbour was rebuilt, and since then larger ships can stay here overnight.",
        "She sang softly while she worked, and the baby in the next room fell asleep.",
        (
            "Wash the rice twice, cover it with cold water, and leave it for half an hour. Then "
            "cook it slowly without lifting the lid."
        ),
        "The answer is simple.",
        "He promised to call from the airport, but his battery was empty before he landed.",
        "Every evening the same grey heron stands at the pond behind our school.",
        "Take one tablet in the morning and one before you go to bed.",
        "The orchestra waited in silence until the conductor finally raised his hand.",
    ),
}

KOREAN: dict[Split, tuple[str, ...]] = {
    "tune": (
        "어제 저녁에는 친구들과 함께 강가를 걸으며 오랫동안 이야기를 나누었습니다.",
        "가까운 지하철역이 어디에 있는지 알려 주시겠어요?",
        "도서관은 월요일에 문을 닫습니다. 다른 날에는 아침 아홉 시부터 이용하실 수 있습니다.",
        "도와주셔서 정말 고맙습니다.",
        "할머니는 마당에 고추를 널어 놓으시고, 우리에게 시원한 수박을 잘라 주셨습니다.",
        "다음 버스는 십 분 뒤에 옵니다.",
        "비가 그치자 아이들이 운동장으로 뛰어나와 큰 소리로 웃었습니다.",
        "이 약은 식사 후에 물과 함께 드셔야 합니다.",
        "우리 동네 빵집은 새벽부터 불이 켜져 있어서 골목이 늘 따뜻해 보입니다.",
        "회의는 목요일 오후로 미루어졌으니 자료를 미리 준비해 주세요.",
        "산꼭대기에 오르니 멀리 바다가 보였습니다.",
        "왜 아무도 전화를 받지 않았을까요?",
    ),
    "test": (
        "아버지는 일요일마다 낡은 자전거를 닦고 바퀴에 기름을 칠하셨습니다.",
        "오늘 저녁에 무엇을 먹을지 벌써 정하셨나요?",
        "내일은 전국이 대체로 맑겠습니다. 다만 바닷가에는 바람이 강하게 불겠으니 조심하세요.",
        "내일 오후에 다시 만나요.",
        "작은 섬으로 가는 배는 두 시간마다 한 번씩 떠나지만, 파도가 높으면 쉬는 날도 있습니다.",
        "창문을 조금만 열어 주세요.",
        "선생님께서는 눈을 감고 교실의 모습을 떠올려 보라고 말씀하셨습니다.",
        "쌀을 두 번 씻은 다음 찬물에 삼십 분 동안 담가 두세요.",
        "가을이 되면 학교 앞 은행나무가 온통 노랗게 물들어서 사진을 찍는 사람들이 많습니다.",
        "주문하신 물건은 모레까지 집으로 배달해 드리겠습니다.",
        "그는 지도를 다시 한번 보고 나서 조용히 웃었습니다.",
        "여기서 바다까지 얼마나 걸립니까?",
        "도시 한가운데에 있는 오래된 극장이 내년 봄에 다시 문을 연다고 합니다.",
        "저녁 준비가 다 되었어요.",
        "누나는 작은 가방 하나만 들고 밤 기차를 탔습니다.",
        "처음 오신 분은 왼쪽 창구에서 이름과 전화번호를 적어 주시기 바랍니다.",
    ),
}
